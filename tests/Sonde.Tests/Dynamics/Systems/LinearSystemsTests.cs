using Sonde.Dynamics;
using Sonde.Dynamics.Noise;
using Sonde.Dynamics.Systems;
using Sonde.Numerics;

namespace Sonde.Tests.Dynamics.Systems;

public sealed class LinearSystemsTests
{
    [Theory]
    [InlineData(1, 3)]
    [InlineData(-2.5, 2)]
    [InlineData(0.1, 10)]
    public void Advection_by_whole_sites_is_an_exact_shift(double speed, double dt)
    {
        var x = new Matrix<double>(2, 17);
        new RandomSource(1).FillNormal(x.Values);
        var start = x.Copy();
        new LinearAdvection(17, speed, 0.9).Advance(x, 0, dt, 4, 0, new RandomSource(1));
        var shift = (int)Math.Round(4 * speed * dt);
        for (var i = 0; i < 17; i++)
            Assert.Equal(Math.Pow(0.9, 4 * dt) * start[1, i], x[1, ((i + shift) % 17 + 17) % 17], 1e-14);
    }

    [Fact]
    public void Advection_by_parts_of_a_site_is_first_order_upwind_and_keeps_the_sum()
    {
        var x = new Matrix<double>(1, 9);
        new RandomSource(1).FillNormal(x.Values);
        var start = x.Copy();
        new LinearAdvection(9, -0.6).Advance(x, 0, 0.5, 1, 0, new RandomSource(1));
        for (var i = 0; i < 9; i++)
            Assert.Equal(start[0, i] + 0.3 * (start[0, (i + 1) % 9] - start[0, i]), x[0, i], 1e-14);
        Assert.Equal(start.Values.ToArray().Sum(), x.Values.ToArray().Sum(), 1e-13);
    }

    [Fact]
    public void A_linear_system_is_its_matrix_to_the_power_of_the_steps()
    {
        var (sin, cos) = Math.SinCos(0.3);
        var turn = new Matrix<double>(2, 2);
        (turn[0, 0], turn[0, 1], turn[1, 0], turn[1, 1]) = (cos, -sin, sin, cos);
        var x = new Matrix<double>(1, 2);
        x[0, 0] = 1;
        new LinearGaussianSystem(turn).Advance(x, 0, 1, 7, 0, new RandomSource(1));
        Assert.Equal(Math.Cos(2.1), x[0, 0], 14);
        Assert.Equal(Math.Sin(2.1), x[0, 1], 14);
    }

    [Fact]
    public void A_linear_system_refuses_another_length_of_step()
    {
        var system = new LinearGaussianSystem(Matrix<double>.Identity(2));
        var refusal = Assert.Throws<ArgumentException>(() => system.Advance(new Matrix<double>(1, 2), 0, 0.5, 1, 0, new RandomSource(1)));
        Assert.Contains("0.5", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damped_persistence_forgets_its_start_and_keeps_its_covariance()
    {
        const int Members = 20_000;
        var covariance = new Matrix<double>(2, 2);
        (covariance[0, 0], covariance[0, 1], covariance[1, 0], covariance[1, 1]) = (2, 0.8, 0.8, 1);
        var system = new OrnsteinUhlenbeck(Domain.Unplaced(2), [5, -3], 2, new DenseNoise(covariance));
        var x = new Matrix<double>(Members, 2);
        x.All.Fill(9);
        system.Advance(x, 0, 1.5, 12, 0, new RandomSource(4));              // nine times τ
        var early = x.Copy();
        system.Advance(x, 0, 0.5, 2, 0, new RandomSource(5));               // half of it later
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(i == 0 ? 5 : -3, Average(m => x[m, i]), 0.05);
            for (var j = 0; j < 2; j++)
            {
                Assert.Equal(covariance[i, j], Average(m => Departure(x, m, i) * Departure(x, m, j)), 0.08);
                Assert.Equal(Math.Exp(-0.5) * covariance[i, j], Average(m => Departure(x, m, i) * Departure(early, m, j)), 0.08);
            }
        }

        static double Average(Func<int, double> of) => Enumerable.Range(0, Members).Average(of);
        static double Departure(Matrix<double> x, int member, int i) => x[member, i] - (i == 0 ? 5 : -3);
    }

    [Fact]
    public void Two_half_steps_of_damped_persistence_add_what_one_whole_step_adds()
    {
        var system = new OrnsteinUhlenbeck(Domain.Unplaced(1), [0], 2, new DiagonalNoise(1, 3));
        var (half, whole) = (new Matrix<double>(1, 1), new Matrix<double>(1, 1));
        system.AddStepCovariance(0.5, half);
        system.AddStepCovariance(1, whole);
        Assert.Equal(whole[0, 0], half[0, 0] * (1 + Math.Exp(-0.5)), 12);
    }
}
