using System.Numerics.Tensors;
using Sonde.Dynamics;
using Sonde.Dynamics.Systems;
using Sonde.Numerics;
using Sonde.Tests.Problems;

namespace Sonde.Tests.Dynamics.Systems;

public sealed class Lorenz96Tests
{
    [Fact]
    public void Lyapunov_exponents_are_those_published()
    {
        // λ₁ = 1.67, 13 positive of 40 and one neutral: Bocquet and Carrassi, Tellus A 69, 2017; sampling error here about 0.02
        var start = new double[40];
        new RandomSource(4).FillNormal(start);
        var exponents = Lyapunov.Exponents(new RungeKuttaSystem(new Lorenz96()), start, 16, 0.05, 4, 1000, 6000);
        Assert.Equal(1.67, exponents[0], 0.05);
        Assert.InRange(exponents[11], 0.1, 0.2);
        Assert.InRange(exponents[12], -0.01, 0.05);
        Assert.Equal(0, exponents[13], 0.02);
        Assert.InRange(exponents[14], -0.15, -0.03);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(9)]
    [InlineData(40)]
    [InlineData(1001)]
    public void Advection_neither_makes_nor_takes_energy(int size)
    {
        var (x, dxdt) = Tendency(new Lorenz96(size, 7.3), size);
        var budget = 7.3 * TensorPrimitives.Sum<double>(x) - TensorPrimitives.SumOfSquares<double>(x);
        Assert.Equal(budget, TensorPrimitives.Dot<double>(x, dxdt), 1e-11 * size);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(40)]
    [InlineData(43)]
    public void Every_site_has_the_same_bits_wherever_the_ring_is_cut(int size)
    {
        var (x, dxdt) = Tendency(new Lorenz96(size), size);
        for (var shift = 1; shift < size; shift++)
        {
            double[] turned = [.. x[shift..], .. x[..shift]];
            var result = new double[size];
            ((IVectorField)new Lorenz96(size)).Evaluate(0, new ReadOnlyBatch<double>(turned), new Batch<double>(result));
            Assert.Equal([.. dxdt[shift..], .. dxdt[..shift]], result);
        }
    }

    [Fact]
    public void Equal_sites_at_the_forcing_rest() =>
        Assert.All(Evaluate(new Lorenz96(11, 8), [.. Enumerable.Repeat(8.0, 11)]), tendency => Assert.Equal(0, tendency));

    [Fact]
    public void Two_levels_exchange_energy_without_loss()
    {
        var field = new TwoLevelLorenz96(7, 5, 9.1, 0.8, 6, 4);
        var (x, dxdt) = Tendency(field, field.Width);
        var budget = 9.1 * TensorPrimitives.Sum<double>(x.AsSpan(0, 7)) - TensorPrimitives.SumOfSquares<double>(x.AsSpan(0, 7))
            - 4 * TensorPrimitives.SumOfSquares<double>(x.AsSpan(7));
        Assert.Equal(budget, TensorPrimitives.Dot<double>(x, dxdt), 1e-11);
    }

    [Fact]
    public void The_fast_level_presses_on_the_slow_one_as_published()
    {
        // mean of −hc·Ȳ given X, K = 36, J = 10, F = 10, h = 1, b = c = 10: the figure of Zinchenko and Greenberg, arXiv 2409.07137
        (double X, double Press)[] published = [(-4, 1.28), (0, -0.12), (4, -1.75), (8, -2.36)];
        var field = new TwoLevelLorenz96();
        var members = new Matrix<double>(8, field.Width);
        new RandomSource(3).FillNormal(members.Values);
        var system = new RungeKuttaSystem(field);
        var (sums, counts) = (new double[published.Length], new int[published.Length]);
        for (var k = 0; k < 120; k++)
        {
            system.Advance(members, 0, 0.005, k == 0 ? 1000 : 20, 0, new RandomSource(1));
            for (var member = 0; member < members.Rows; member++)
                for (var site = 0; site < 36; site++)
                    for (var bin = 0; bin < published.Length; bin++)
                        if (Math.Abs(members[member, site] - published[bin].X) < 0.5)
                        {
                            sums[bin] -= TensorPrimitives.Sum<double>(members[member].Slice(36 + 10 * site, 10));
                            counts[bin]++;
                        }
        }
        for (var bin = 0; bin < published.Length; bin++)
            Assert.Equal(published[bin].Press, sums[bin] / counts[bin], 0.12);
    }

    [Fact]
    public void The_reduced_model_without_its_polynomial_is_the_truncated_one()
    {
        var (x, _) = Tendency(new Lorenz96(8), 8);
        Assert.Equal(Evaluate(new Lorenz96(8, 20), x), Evaluate(new ReducedLorenz96(8, 20, 0, 0, 0, 0, 0), x));
        var (full, closed) = (Evaluate(new Lorenz96(8, 20), x), Evaluate(new ReducedLorenz96(), x));
        for (var i = 0; i < 8; i++)
            Assert.Equal(0.262 + 1.45 * x[i] - 0.0121 * x[i] * x[i] - 0.00713 * Math.Pow(x[i], 3) + 0.000296 * Math.Pow(x[i], 4), full[i] - closed[i], 12);
    }

    [Fact]
    public void Too_few_sites_are_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new Lorenz96() with { Size = 3 });

    private static (double[] X, double[] Tendency) Tendency(IVectorField field, int size)
    {
        var x = new double[size];
        new RandomSource(2).FillNormal(x);
        return (x, Evaluate(field, x));
    }

    private static double[] Evaluate(IVectorField field, double[] x)
    {
        var dxdt = new double[x.Length];
        field.Evaluate(0, new ReadOnlyBatch<double>(x), new Batch<double>(dxdt));
        return dxdt;
    }
}
