using System.Numerics.Tensors;
using Sonde.Dynamics;
using Sonde.Dynamics.Systems;
using Sonde.Numerics;
using Sonde.Tests.Problems;

namespace Sonde.Tests.Dynamics.Systems;

public sealed class KuramotoSivashinskyTests
{
    [Fact]
    public void The_mean_is_conserved()
    {
        var system = new KuramotoSivashinsky();
        var x = new Matrix<double>(1, 128);
        system.DefaultPrior.Mean.CopyTo(x[0]);
        TensorPrimitives.Add(x[0], 0.25, x[0]);
        system.Advance(x, 0, 0.5, 200, 0, new RandomSource(1));
        Assert.Equal(0.25, TensorPrimitives.Average<double>(x[0]), 1e-12);
        Assert.InRange(TensorPrimitives.StdDev<double>(x[0]), 0.8, 1.8);            // on the attractor about 1.3
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public void A_small_wave_grows_at_the_rate_of_its_wavenumber(int wave)
    {
        var system = new KuramotoSivashinsky(64, 22);
        var k = 2 * Math.PI * wave / 22;
        var x = Wave(64, wave, 1e-9);
        system.Advance(x, 0, 0.25, 8, 0, new RandomSource(1));
        Assert.Equal(1e-9 * Math.Exp(2 * (k * k - Math.Pow(k, 4))), x[0, 0], 1e-9 * 1e-6);
    }

    [Theory]
    [InlineData(SemilinearScheme.Etdrk4, 4)]
    [InlineData(SemilinearScheme.SemiImplicit3, 2)]
    public void Error_falls_with_the_declared_order(SemilinearScheme scheme, int order)
    {
        var reference = Run(SemilinearScheme.Etdrk4, 12_800);
        double Error(int steps) => TensorPrimitives.Distance<double>(Run(scheme, steps), reference);
        Assert.InRange(Math.Log2(Error(1600) / Error(3200)), order - 0.15, order + 0.15);
    }

    [Fact]
    public void Lyapunov_exponents_are_those_published()
    {
        // 0.043 to 0.048 for length 22: Cvitanović, Davidchack and Siminos, SIAM J. Appl. Dyn. Syst. 9, 2010; Edson et al., ANZIAM J. 61, 2019
        var system = new KuramotoSivashinsky(48, 22);
        var exponents = Lyapunov.Exponents(system, system.DefaultPrior.Mean, 8, 0.25, 4, 400, 6000);
        Assert.InRange(exponents[0], 0.040, 0.052);
        Assert.All(exponents[2..5], exponent => Assert.Equal(0, exponent, 0.006));     // translations in space, time and of the mean
        Assert.InRange(exponents[5], -0.26, -0.12);
    }

    [Fact]
    public void A_step_allocates_nothing_once_warm()
    {
        var system = new KuramotoSivashinsky();
        var x = new Matrix<double>(20, 128);
        var random = new RandomSource(1);
        Assert.Equal(0, Allocated.Bytes(() => system.Advance(x, 0, 0.5, 2, 0, random)));
    }

    private static double[] Run(SemilinearScheme scheme, int steps)
    {
        var x = Wave(64, 1, 1);
        new KuramotoSivashinsky(64, 32, scheme).Advance(x, 0, 10.0 / steps, steps, 0, new RandomSource(1));
        return x[0].ToArray();
    }

    private static Matrix<double> Wave(int size, int wave, double amplitude)
    {
        var x = new Matrix<double>(1, size);
        for (var i = 0; i < size; i++)
            x[0, i] = amplitude * Math.Cos(2 * Math.PI * wave * i / size);
        return x;
    }
}
