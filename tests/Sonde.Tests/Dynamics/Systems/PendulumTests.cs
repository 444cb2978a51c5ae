using Sonde.Dynamics;
using Sonde.Dynamics.Systems;
using Sonde.Numerics;

namespace Sonde.Tests.Dynamics.Systems;

public sealed class PendulumTests
{
    private static readonly RungeKuttaSystem Free = new(new Pendulum(9.81, 2.0, 0));

    [Fact]
    public void After_one_period_it_is_back_where_it_began()
    {
        // T = 4 √(l/g) K(sin θ₀/2) and K(sin α) = π / (2 M(1, cos α)) with the arithmetic-geometric mean M
        const double Start = 2.0;
        var (a, b) = (1.0, Math.Cos(Start / 2));
        for (var k = 0; k < 10; k++)
            (a, b) = (0.5 * (a + b), Math.Sqrt(a * b));
        var period = 2 * Math.PI * Math.Sqrt(2.0 / 9.81) / a;
        Assert.Equal(0, Error(Start, period, 2000), 1e-9);
        Assert.InRange(Math.Log2(Error(Start, period, 800) / Error(Start, period, 1600)), 3.85, 4.15);
    }

    [Theory]
    [InlineData(RungeKuttaScheme.Classical4, 5)]
    [InlineData(RungeKuttaScheme.Midpoint, 3)]
    public void Energy_drifts_one_order_above_the_scheme(RungeKuttaScheme scheme, int order)
    {
        double Drift(int steps)
        {
            var x = new Matrix<double>(1, 2);
            x[0, 0] = 0.3;
            var start = Energy(x[0]);
            (Free with { Scheme = scheme }).Advance(x, 0, 40.0 / steps, steps, 0, new RandomSource(1));
            return Math.Abs(Energy(x[0]) - start);
        }

        Assert.InRange(Math.Log2(Drift(1600) / Drift(3200)), order - 0.15, order + 0.15);
    }

    [Fact]
    public void Friction_takes_energy_at_the_rate_of_the_equation()
    {
        double[] x = [0.4, 1.3];
        var dxdt = new double[2];
        ((IVectorField)new Pendulum()).Evaluate(0, new ReadOnlyBatch<double>(x), new Batch<double>(dxdt));
        Assert.Equal(-0.1 * x[1] * x[1], x[1] * dxdt[1] + 2 * Math.Sin(x[0]) * dxdt[0], 14);
    }

    private static double Error(double start, double period, int steps)
    {
        var x = new Matrix<double>(1, 2);
        x[0, 0] = start;
        Free.Advance(x, 0, period / steps, steps, 0, new RandomSource(1));
        return Math.Sqrt(Math.Pow(x[0, 0] - start, 2) + Math.Pow(x[0, 1], 2));
    }

    private static double Energy(ReadOnlySpan<double> x) => 0.5 * x[1] * x[1] - 9.81 / 2 * Math.Cos(x[0]);
}
