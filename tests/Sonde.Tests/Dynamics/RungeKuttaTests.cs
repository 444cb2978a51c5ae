using System.Numerics;
using Sonde.Dynamics;
using Sonde.Dynamics.Systems;
using Sonde.Numerics;
using Sonde.Tests.Problems;

namespace Sonde.Tests.Dynamics;

public sealed class RungeKuttaTests
{
    [Theory]
    [InlineData(RungeKuttaScheme.Euler, 1, 640)]
    [InlineData(RungeKuttaScheme.Midpoint, 2, 160)]
    [InlineData(RungeKuttaScheme.Heun, 2, 160)]
    [InlineData(RungeKuttaScheme.Kutta3, 3, 80)]
    [InlineData(RungeKuttaScheme.Classical4, 4, 40)]
    public void Error_falls_with_the_declared_order_on_a_problem_that_depends_on_time(RungeKuttaScheme scheme, int order, int steps)
    {
        double Error(int n)
        {
            var x = new Matrix<double>(1, 1);
            x[0, 0] = Decay.Solution(0);
            var system = new ForwardRungeKuttaSystem(new Decay(), scheme);
            system.Advance(x, 0, 2.0 / n, n, 0, new RandomSource(1));
            return Math.Abs(x[0, 0] - Decay.Solution(2));
        }

        Assert.InRange(Math.Log2(Error(steps) / Error(2 * steps)), order - 0.15, order + 0.15);
    }

    [Fact]
    public void Steps_taken_with_one_slope_have_the_bits_of_steps_taken_with_all()
    {
        var system = new RungeKuttaSystem(new Lorenz96(13));
        var x = new Matrix<double>(1, 13);
        new RandomSource(3).FillNormal(x.Values);
        var along = x.Copy();
        system.Advance(x, 0, 0.05, 20, 0, new RandomSource(1));
        system.AdvanceTangent(along.Values, new Matrix<double>(40, 13).All, 0, 0.05, 20);
        Assert.Equal(x.Values, along.Values);
    }

    [Fact]
    public void Schemes_whose_points_need_one_slope_are_recognized()
    {
        Assert.True(ButcherTableau.Of(RungeKuttaScheme.Classical4).UsesOneSlopeOnly);
        Assert.False(ButcherTableau.Of(RungeKuttaScheme.Kutta3).UsesOneSlopeOnly);
    }

    [Fact]
    public void A_step_allocates_nothing_once_warm()
    {
        var system = new RungeKuttaSystem(new Lorenz96());
        var x = new Matrix<double>(40, 40);
        var random = new RandomSource(1);
        Assert.Equal(0, Allocated.Bytes(() => system.Advance(x, 0, 0.05, 5, 0, random)));
    }

    /// <summary>dx/dt = −x² cos t, x(0) = ½: x = 1 / (2 + sin t).</summary>
    private sealed class Decay : IVectorField
    {
        public int Width => 1;

        public static double Solution(double t) => 1 / (2 + Math.Sin(t));

        public void Evaluate<T>(double t, ReadOnlyBatch<T> x, Batch<T> dxdt) where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            for (var row = 0; row < x.Rows; row++)
                dxdt[row, 0] = -x[row, 0] * x[row, 0] * T.CreateTruncating(Math.Cos(t));
        }
    }
}
