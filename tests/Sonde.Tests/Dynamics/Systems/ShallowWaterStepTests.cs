using System.Numerics.Tensors;
using Sonde.Dynamics.Systems;
using Sonde.Numerics;
using static Sonde.Tests.Dynamics.Systems.ShallowWaterTests;

namespace Sonde.Tests.Dynamics.Systems;

/// <summary>The steps themselves: their parts, bits, adjoint and beginnings.</summary>
public sealed class ShallowWaterStepTests
{
    [Fact]
    public void A_longer_step_is_cut_and_gives_the_bits_of_the_parts()
    {
        var lake = new ShallowWater(new Basin(20, 20));
        var (whole, parts) = (Bump(lake, 1e5, 0), Bump(lake, 1e5, 0));
        Assert.Equal(40, lake.Basin.StepsIn(40 * lake.Basin.LongestStep));
        Assert.Equal(1, lake.Basin.StepsIn(1.009 * lake.Basin.LongestStep));
        Assert.Equal(2, lake.Basin.StepsIn(1.02 * lake.Basin.LongestStep));
        lake.Advance(whole, 0, 32 * 128, 1, 0, new RandomSource(0));
        var count = lake.Basin.StepsIn(32 * 128);
        lake.Advance(parts, 0, 32.0 * 128 / count, count, 0, new RandomSource(0));
        Assert.Equal(whole.Values, parts.Values);
    }

    [Fact]
    public void Vectors_of_every_width_give_the_same_bits()
    {
        var lake = new ShallowWater(new Basin(21, 13));
        var (a, b, c) = (Bump(lake, 1e5, 0), Bump(lake, 1e5, 0), Bump(lake, 1e5, 0));
        lake.Advance<Simd512<double>>(a, 20, 37);
        lake.Advance<Simd256<double>>(b, 20, 37);
        lake.Advance<Simd128<double>>(c, 20, 37);
        Assert.Equal(a.Values, b.Values);
        Assert.Equal(a.Values, c.Values);
    }

    [Fact]
    public void Steps_are_those_of_the_published_scheme_written_cell_by_cell()
    {
        var lake = new ShallowWater(new Basin(13, 9, 1e6, 7e5, Friction: 1e-5));
        var x = Bump(lake, -2e5, 1e5);
        var expected = x.Copy();
        Run(lake, x, 60);
        for (var k = 0; k < 60; k++)
            Published(lake.Basin, expected[0]);
        for (var i = 0; i < x.Width; i++)
            Assert.Equal(expected[0, i], x[0, i], 1e-13);
    }

    [Fact]
    public void The_adjoint_is_the_transpose_over_the_published_two_thousand_steps()
    {
        var lake = new ShallowWater(new Basin(30, 30));
        var x = Bump(lake, -2e5, -3e5);
        var (dx, dy) = (new Matrix<double>(1, lake.Width), new Matrix<double>(1, lake.Width));
        new RandomSource(1).FillNormal(dx.Values);
        new RandomSource(2).FillNormal(dy.Values);
        var (pushed, pulled) = (dx.Copy(), dy.Copy());
        lake.AdvanceTangent(x.Copy()[0], pushed, 0, lake.Basin.LongestStep, 2000);
        lake.AdvanceAdjoint(x, pulled, 0, lake.Basin.LongestStep, 2000);
        var (left, right) = (TensorPrimitives.Dot<double>(pushed.Values, dy.Values), TensorPrimitives.Dot<double>(dx.Values, pulled.Values));
        Assert.Equal(0, (left - right) / (TensorPrimitives.Norm<double>(pushed.Values) * TensorPrimitives.Norm<double>(dy.Values)), 1e-12);
    }

    [Fact]
    public void Starting_states_have_the_mean_and_the_covariance_of_the_prior()
    {
        var lake = new ShallowWater(new Basin(12, 12));
        var prior = lake.DefaultPrior;
        const int Draws = 4000;
        var sum = new double[lake.Width];
        var squares = new double[lake.Width];
        var product = 0.0;
        var (eta, source) = (2 * 144 + 3 * 12 + 2, lake.Width - 2);
        var x = new double[lake.Width];
        for (var n = 0; n < Draws; n++)
        {
            prior.States!.Draw(x, new RandomSource(3).Fork(n));
            Assert.InRange(x[source], -5e5, 0);
            TensorPrimitives.Add(sum, x, sum);
            TensorPrimitives.MultiplyAdd(x, x, squares, squares);
            product += x[eta] * x[source];
        }
        for (var i = 0; i < lake.Width; i++)
        {
            var deviation = Math.Sqrt(Math.Max(0, squares[i] / Draws - sum[i] / Draws * (sum[i] / Draws)));
            Assert.Equal(prior.Mean[i], sum[i] / Draws, 5 * deviation / Math.Sqrt(Draws) + 1e-12);
            if (deviation > 0.1)                       // where bumps come, not beside
                Assert.Equal(prior.StandardDeviation[i], deviation, 0.12 * deviation);
        }
        var block = new Matrix<double>(1, 1);
        prior.Correlated!.Covariance([eta], [source], block);
        Assert.Equal(block[0, 0], product / Draws - sum[eta] / Draws * (sum[source] / Draws), 0.1 * prior.StandardDeviation[eta] * prior.StandardDeviation[source]);
    }

    [Fact]
    public void Numbers_that_make_no_basin_are_refused_with_the_numbers()
    {
        Assert.Contains("not 1 and 5", Assert.Throws<ArgumentException>(() => new ShallowWater(new Basin(1, 5))).Message, StringComparison.Ordinal);
        Assert.Contains("0.7071", Assert.Throws<ArgumentException>(() => new ShallowWater(new Basin(Courant: 0.8))).Message, StringComparison.Ordinal);
        Assert.Contains("depth", Assert.Throws<ArgumentException>(() => new ShallowWater(new Basin(Depth: 0))).Message, StringComparison.Ordinal);
        Assert.Contains("not 3 and 2", Assert.Throws<ArgumentException>(() => new ShallowWater(bump: new Bump(FromX: 3, ToX: 2))).Message, StringComparison.Ordinal);
    }

    /// <summary>One step of the scheme as it is published, without any thought of speed.</summary>
    private static void Published(Basin basin, Span<double> x)
    {
        var (nx, ny, dt) = (basin.SizeX, basin.SizeY, basin.LongestStep);
        var cells = nx * ny;
        var old = x.ToArray();
        for (var j = 0; j < ny; j++)
            for (var i = 0; i < nx; i++)
            {
                var at = j * nx + i;
                var (u, v) = (old[at], old[cells + at]);
                var f = basin.Coriolis + basin.Beta * (-0.5 * basin.LengthY + j * basin.SpacingY);
                var (alpha, beta) = (dt * f, dt * f * dt * f / 4);
                var us = i == nx - 1 ? 0 : u - basin.Gravity * dt / basin.SpacingX * (old[2 * cells + at + 1] - old[2 * cells + at]) - dt * basin.Friction * u;
                var vs = j == ny - 1 ? 0 : v - basin.Gravity * dt / basin.SpacingY * (old[2 * cells + at + nx] - old[2 * cells + at]) - dt * basin.Friction * v;
                x[at] = i == nx - 1 ? 0 : (us - beta * u + alpha * v) / (1 + beta);
                x[cells + at] = j == ny - 1 ? 0 : (vs - beta * v - alpha * u) / (1 + beta);
            }
        for (var j = 0; j < ny; j++)
            for (var i = 0; i < nx; i++)
                x[2 * cells + j * nx + i] -= dt * ((FlowX(x, i, j) - FlowX(x, i - 1, j)) / basin.SpacingX + (FlowY(x, i, j) - FlowY(x, i, j - 1)) / basin.SpacingY);

        double FlowX(Span<double> now, int i, int j)
        {
            if (i < 0 || i == nx - 1)
                return 0;
            var u = now[j * nx + i];
            return u * (basin.Depth + old[2 * cells + j * nx + (u > 0 ? i : i + 1)]);
        }

        double FlowY(Span<double> now, int i, int j)
        {
            if (j < 0 || j == ny - 1)
                return 0;
            var v = now[cells + j * nx + i];
            return v * (basin.Depth + old[2 * cells + (v > 0 ? j : j + 1) * nx + i]);
        }
    }
}
