using System.Numerics.Tensors;
using Sonde.Dynamics.Systems.Kolmogorov;
using Sonde.Numerics;

namespace Sonde.Tests.Dynamics.Systems;

/// <summary>Kolmogorov flow against what is known of it.</summary>
public sealed class KolmogorovTests
{
    private static readonly RandomSource Unused = new(0);

    public static TheoryData<KolmogorovScheme> Schemes => [KolmogorovScheme.FiniteVolume, KolmogorovScheme.Spectral];

    [Theory]
    [MemberData(nameof(Schemes))]
    public void The_usual_flow_has_the_speed_and_no_divergence_before_and_after_steps(KolmogorovScheme scheme)
    {
        var system = new KolmogorovSystem(new KolmogorovFlow(48), scheme);
        var x = system.DefaultPrior.Mean.ToArray();
        Assert.Equal(3, Fastest(x), 0.1);
        Assert.True(Divergence(x, scheme) < 1e-13, $"{Divergence(x, scheme)} at first");
        for (var k = 0; k < 5; k++)
        {
            system.Advance(new Batch<double>(x), 0, 0.04, 4, 0, Unused);
            Assert.True(Divergence(x, scheme) < 1e-13, $"{Divergence(x, scheme)} after step {4 * k}");
        }
        Assert.InRange(Fastest(x), 1, 4);
    }

    [Theory]
    [InlineData(KolmogorovScheme.FiniteVolume, 1.8, 2.6)]
    [InlineData(KolmogorovScheme.Spectral, 1.9, 2.1)]
    public void A_Taylor_Green_vortex_decays_as_it_must_with_the_order_in_time_and_space(KolmogorovScheme scheme, double least, double most)
    {
        // u = cos x sin y, v = −sin x cos y: its advection is a gradient, and it fades by exp(−(2ν + μ) t)
        double Error(int size, int steps)
        {
            var flow = new KolmogorovFlow(size, 20, 0.1, 0, 1, Courant: 100);
            var system = new KolmogorovSystem(flow, scheme);
            var start = On(system, (x, y) => Math.Cos(x) * Math.Sin(y), (x, y) => -Math.Sin(x) * Math.Cos(y));
            var end = start.ToArray();
            system.Advance(new Batch<double>(end), 0, 1.0 / steps, steps, 0, Unused);
            Assert.Equal(1, system.SubSteps(1.0 / steps));
            TensorPrimitives.Multiply<double>(start, Math.Exp(-0.2), start);
            return TensorPrimitives.Distance<double>(start, end) / TensorPrimitives.Norm<double>(start);
        }

        var (coarse, fine) = scheme == KolmogorovScheme.Spectral ? (Error(16, 8), Error(16, 16)) : (Error(32, 80), Error(64, 320));
        Assert.InRange(Math.Log2(coarse / fine), least, most);
    }

    [Theory]
    [MemberData(nameof(Schemes))]
    public void At_a_low_Reynolds_number_every_flow_ends_in_the_laminar_profile(KolmogorovScheme scheme)
    {
        // u = A sin(k y) / (ν k² + μ), with the eigenvalue of second differences in place of k² for finite volumes
        var flow = new KolmogorovFlow(24, 2, 0.1, 1, 2);
        var system = new KolmogorovSystem(flow, scheme);
        var x = system.DefaultPrior.Mean.ToArray();
        system.Advance(new Batch<double>(x), 0, 0.1, 600, 0, Unused);
        var square = scheme == KolmogorovScheme.Spectral ? 4 : Math.Pow(2 * Math.Sin(flow.Spacing) / flow.Spacing, 2);
        var laminar = On(system, (_, y) => Math.Sin(2 * y) / (square / 2 + 0.1), (_, _) => 0);
        Assert.True(TensorPrimitives.Distance<double>(laminar, x) / TensorPrimitives.Norm<double>(laminar) < 1e-9);
    }

    [Fact]
    public void Energy_changes_by_what_the_force_gives_less_what_viscosity_and_drag_take()
    {
        var flow = new KolmogorovFlow(96, 200);
        var system = new KolmogorovSystem(flow, KolmogorovScheme.Spectral);
        var x = system.DefaultPrior.Mean.ToArray();
        system.Advance(new Batch<double>(x), 0, 0.04, 50, 0, Unused);
        const double Dt = 0.002;
        var (before, budget) = (Energy(x), 0.0);
        var push = On(system, (_, y) => Math.Sin(4 * y), (_, _) => 0);
        var vorticity = new double[flow.Size * flow.Size];
        const int Steps = 100;
        for (var k = 0; k <= Steps; k++)
        {
            system.Vorticity(x, vorticity);
            var rate = TensorPrimitives.Dot<double>(push, x) / vorticity.Length - 2 * flow.Drag * Energy(x)
                - TensorPrimitives.SumOfSquares<double>(vorticity) / vorticity.Length / flow.Reynolds;
            budget += (k is 0 or Steps ? 0.5 : 1) * Dt * rate;
            if (k < Steps)
                system.Advance(new Batch<double>(x), 0, Dt, 1, 0, Unused);
        }
        Assert.Equal(Energy(x) - before, budget, 1e-6);
        Assert.True(Math.Abs(budget) > 0.01);
    }

    [Fact]
    public void Finite_volumes_come_to_the_spectral_flow_as_the_grid_is_refined()
    {
        double[] Coarse(int size, KolmogorovScheme scheme)
        {
            var system = new KolmogorovSystem(new KolmogorovFlow(size, 100), scheme);
            var x = system.DefaultPrior.Mean.ToArray();
            system.Advance(new Batch<double>(x), 0, 0.04, 12, 0, Unused);
            return AtCorners(system, x, 12);
        }

        var expected = Coarse(96, KolmogorovScheme.Spectral);
        var errors = new[] { 48, 96, 192 }.Select(size =>
            TensorPrimitives.Distance<double>(Coarse(size, KolmogorovScheme.FiniteVolume), expected) / TensorPrimitives.Norm<double>(expected)).ToArray();
        Assert.True(errors[2] < 0.03, string.Join(" ", errors));
        Assert.True(errors[1] < 0.45 * errors[0] && errors[2] < 0.45 * errors[1], string.Join(" ", errors));
    }

    [Fact]
    public void Energy_falls_steeply_with_the_wavenumber_beyond_the_force_and_alike_in_both_schemes()
    {
        double[] Spectrum(KolmogorovScheme scheme)
        {
            var system = new KolmogorovSystem(new KolmogorovFlow(64, 200), scheme);
            var x = system.DefaultPrior.Mean.ToArray();
            system.Advance(new Batch<double>(x), 0, 0.04, 50, 0, Unused);
            return EnergyByWavenumber(x);
        }

        var (volumes, modes) = (Spectrum(KolmogorovScheme.FiniteVolume), Spectrum(KolmogorovScheme.Spectral));
        Assert.InRange(Math.Log2(modes[16] / modes[8]), -7, -3);                // k⁻³ and steeper
        for (var k = 1; k <= 8; k++)
            Assert.InRange(volumes[k] / modes[k], 0.6, 1.5);
    }

    [Fact]
    public void A_step_of_finite_volumes_is_the_one_of_the_program_in_NumPy()
    {
        var system = new KolmogorovSystem(new KolmogorovFlow(64));
        var x = On(
            system, (x, y) => Math.Sin(x) * Math.Cos(y) + Math.Cos(3 * y), (x, y) => -Math.Cos(x) * Math.Sin(y) + Math.Sin(2 * x));
        system.Advance(new Batch<double>(x), 0, 0.04, 1, 0, Unused);
        var (u, v) = (TensorPrimitives.SumOfSquares<double>(x.AsSpan(0, 4096)), TensorPrimitives.SumOfSquares<double>(x.AsSpan(4096)));
        Assert.Equal(9135.573861517782, u + 2 * v, 1e-9);                       // benchmarks/peers/kolmogorov_side.py
    }

    [Fact]
    public void A_published_step_has_ten_parts() =>
        Assert.Equal(10, new KolmogorovSystem(new KolmogorovFlow()).SubSteps(0.04));

    [Fact]
    public void The_usual_flow_is_the_same_at_every_size()
    {
        double[] Of(int size) => new KolmogorovSystem(new KolmogorovFlow(size), KolmogorovScheme.Spectral).DefaultPrior.Mean;
        var (fine, finer) = (Of(80), Of(160));
        for (var j = 0; j < 80; j++)
            for (var i = 0; i < 80; i++)
                Assert.Equal(fine[j * 80 + i], finer[2 * j * 160 + 2 * i], 1e-12);
    }

    [Theory]
    [MemberData(nameof(Schemes))]
    public void Departures_have_the_spread_that_is_told_and_a_root_with_its_transpose(KolmogorovScheme scheme)
    {
        var system = new KolmogorovSystem(new KolmogorovFlow(32, Spread: 0.5), scheme, [new("reynolds", 200)]);
        var noise = (Sonde.Dynamics.Noise.IRootedNoise)system.DefaultPrior.Correlated!;
        var draws = new Matrix<double>(200, system.Width);
        for (var row = 0; row < draws.Rows; row++)
            noise.AddDraw(draws[row], 1, new RandomSource(5).Fork(row));
        var fields = draws.Rows * (double)system.Domain.FieldWidth;
        var square = Enumerable.Range(0, draws.Rows).Sum(row => TensorPrimitives.SumOfSquares<double>(draws[row][..system.Domain.FieldWidth]));
        Assert.Equal(0.5, Math.Sqrt(square / fields), 0.02);
        Assert.Equal(200, Math.Sqrt(Enumerable.Range(0, draws.Rows).Average(row => draws[row, system.Width - 1] * draws[row, system.Width - 1])), 30.0);
        Assert.True(Divergence(draws[3][..system.Domain.FieldWidth].ToArray(), scheme) < 1e-13);

        var (white, x, back) = (new double[noise.Modes], new double[system.Width], new double[noise.Modes]);
        new RandomSource(1).FillNormal(white);
        noise.Color(white, x);
        noise.AddTransposed(draws[0], back);
        Assert.Equal(TensorPrimitives.Dot<double>(x, draws[0]), TensorPrimitives.Dot<double>(white, back), 1e-8 * TensorPrimitives.Norm<double>(x));
        var (rows, block) = ((int[])[3, 700, 2048], new Matrix<double>(3, 3));
        noise.Covariance(rows, rows, block);
        Assert.Equal(block[0, 1], block[1, 0], 1e-12);
        Assert.Equal(40_000, block[2, 2], 1e-6);
        Assert.Equal(0, block[0, 2]);
    }

    [Fact]
    public void Adjoints_go_back_through_hundreds_of_sub_steps()
    {
        foreach (var scheme in Enum.GetValues<KolmogorovScheme>())
        {
            var system = new KolmogorovSystem(new KolmogorovFlow(16, 40, Wavenumber: 2), scheme, [new("reynolds", 10)]);
            double[] x = [.. system.DefaultPrior.Mean];
            var (dx, dy) = (new double[system.Width], new double[system.Width]);
            new RandomSource(1).FillNormal(dx);
            new RandomSource(2).FillNormal(dy);
            var (pushed, pulled) = (dx.ToArray(), dy.ToArray());
            system.AdvanceTangent(x.ToArray(), new Batch<double>(pushed), 0, 0.04, 150);
            system.AdvanceAdjoint(new Batch<double>(x), new Batch<double>(pulled), 0, 0.04, 150);
            var scale = TensorPrimitives.Norm<double>(pushed) * TensorPrimitives.Norm<double>(dy);
            Assert.Equal(0, (TensorPrimitives.Dot<double>(pushed, dy) - TensorPrimitives.Dot<double>(dx, pulled)) / scale, 1e-12);
        }
    }

    [Fact]
    public void A_Reynolds_number_that_left_the_stable_range_counts_as_the_least_in_it()
    {
        var system = new KolmogorovSystem(new KolmogorovFlow(16, Wavenumber: 2), KolmogorovScheme.FiniteVolume, [new("reynolds", 10)]);
        double[] wild = [.. system.DefaultPrior.Mean[..^1], -5], least = [.. wild[..^1], 1e-3];
        system.Advance(new Batch<double>(wild), 0, 0.04, 20, 0, Unused);
        system.Advance(new Batch<double>(least), 0, 0.04, 20, 0, Unused);
        Assert.Equal(least[..^1], wild[..^1]);
        Assert.All(wild, value => Assert.True(double.IsFinite(value)));
    }

    [Theory]
    [InlineData(7, 1, KolmogorovScheme.FiniteVolume)]
    [InlineData(3, 1, KolmogorovScheme.FiniteVolume)]
    [InlineData(6, 4, KolmogorovScheme.FiniteVolume)]
    [InlineData(12, 4, KolmogorovScheme.Spectral)]
    public void Grids_that_do_not_serve_are_refused(int size, int wavenumber, KolmogorovScheme scheme) =>
        Assert.ThrowsAny<ArgumentException>(() => new KolmogorovSystem(new KolmogorovFlow(size, Wavenumber: wavenumber), scheme));

    private static double[] On(KolmogorovSystem system, Func<double, double, double> u, Func<double, double, double> v)
    {
        var domain = system.Domain;
        return [.. domain.Fields[0].Grid.Points().Select(p => u(p.X, p.Y)), .. domain.Fields[1].Grid.Points().Select(p => v(p.X, p.Y))];
    }

    /// <summary>The vorticity at every so many-th corner of a grid of 12; at the points of a spectral flow.</summary>
    private static double[] AtCorners(KolmogorovSystem system, double[] x, int corners)
    {
        var (size, stride) = (system.Flow.Size, system.Flow.Size / corners);
        var vorticity = new double[size * size];
        system.Vorticity(x, vorticity);
        var first = system.Scheme == KolmogorovScheme.FiniteVolume ? size - 1 : 0;          // the corner at the origin is the last
        return [.. from j in Enumerable.Range(0, corners)
                   from i in Enumerable.Range(0, corners)
                   select vorticity[(first + j * stride) % size * size + (first + i * stride) % size]];
    }

    private static double[] EnergyByWavenumber(double[] x)
    {
        var n = (int)Math.Sqrt(x.Length / 2);
        var plan = new Fft2DPlan<double>(n, n);
        var (spectra, energy) = (new Matrix<double>(2, plan.HalfSpectrumWidth), new double[n]);
        plan.ForwardReal(new ReadOnlyBatch<double>(x, 2, n * n), spectra);
        for (var at = 0; at < n * plan.HalfColumns; at++)
        {
            var (j, kx) = Math.DivRem(at, plan.HalfColumns);
            var ky = 2 * j <= n ? j : j - n;
            foreach (var part in (int[])[at, n * plan.HalfColumns + at])
                energy[(int)Math.Round(Math.Sqrt(kx * kx + ky * ky))] += (kx == 0 ? 1 : 2) * (spectra[0, part] * spectra[0, part] + spectra[1, part] * spectra[1, part]);
        }
        return energy;
    }

    private static double Energy(double[] x) => TensorPrimitives.SumOfSquares<double>(x) / x.Length;

    private static double Fastest(double[] x) => Enumerable.Range(0, x.Length / 2).Max(i => Math.Sqrt(x[i] * x[i] + x[x.Length / 2 + i] * x[x.Length / 2 + i]));

    /// <summary>The largest divergence times the spacing: of a cell, or of the modes.</summary>
    private static double Divergence(double[] x, KolmogorovScheme scheme)
    {
        var n = (int)Math.Sqrt(x.Length / 2);
        var divergence = new double[n * n];
        if (scheme == KolmogorovScheme.FiniteVolume)
        {
            for (var j = 0; j < n; j++)
                for (var i = 0; i < n; i++)
                    divergence[j * n + i] = x[j * n + i] - x[j * n + (i + n - 1) % n] + x[n * n + j * n + i] - x[n * n + (j + n - 1) % n * n + i];
            return Math.Abs(TensorPrimitives.MaxMagnitude<double>(divergence));
        }
        var plan = new Fft2DPlan<double>(n, n);
        var spectra = new Matrix<double>(2, plan.HalfSpectrumWidth);
        plan.ForwardReal(new ReadOnlyBatch<double>(x, 2, n * n), spectra);
        var (half, worst) = (plan.HalfSpectrumWidth / 2, 0.0);
        for (var j = 0; j < n; j++)
            for (var i = 0; i < plan.HalfColumns; i++)
                foreach (var part in (int[])[0, half])
                {
                    var at = part + j * plan.HalfColumns + i;
                    worst = Math.Max(worst, Math.Abs(i * spectra[0, at] + (2 * j <= n ? j : j - n) * spectra[1, at]));
                }
        return worst / (n * n) * (2 * Math.PI / n);
    }
}
