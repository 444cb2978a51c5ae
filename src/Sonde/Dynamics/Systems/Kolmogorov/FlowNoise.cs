using System.Numerics.Tensors;
using Sonde.Dynamics.Noise;
using Sonde.Numerics;

namespace Sonde.Dynamics.Systems.Kolmogorov;

/// <summary>
/// Random flows without divergence, homogeneous, with amplitudes S(k)/k of wavenumber k, S(k) = exp(−(ln k₀ + ¼ − ln k)²/½ − ln k): white noise
/// filtered by a log-normal spectrum with its peak at k₀ and made solenoidal, as in the initial flows of Kochkov et al., PNAS 118, 2021. A draw
/// is made of two white numbers a wave vector, its cosine and sine in the streamfunction; after the flow come independent numbers.
/// </summary>
internal sealed class FlowNoise : IRootedNoise
{
    private const int Highest = 24;                     // wavenumber along an axis
    private const int Reference = 96;                   // points along an axis at which the largest speed of the usual flow is told

    private readonly IFlowSteps steps;
    private readonly KolmogorovFlow flow;
    private readonly double[] deviations;               // of the numbers after the flow
    private readonly (int X, int Y)[] vectors;          // one of each pair ±k
    private readonly double[] amplitudes;               // of ψ, for a unit spread of each velocity
    private readonly Fft2DPlan<double> plan;

    public FlowNoise(IFlowSteps steps, KolmogorovFlow flow, double[] deviations)
    {
        (this.steps, this.flow, this.deviations) = (steps, flow, deviations);
        plan = new Fft2DPlan<double>(flow.Size, flow.Size);
        vectors = [.. Vectors(Math.Min(Highest, (flow.Size - 1) / 3))];
        amplitudes = [.. vectors.Select(k => Shape(k) / Length(k))];
        var norm = Math.Sqrt(2 / vectors.Sum(k => Shape(k) * Shape(k)));
        TensorPrimitives.Multiply<double>(amplitudes, norm, amplitudes);
    }

    public int Width => 2 * flow.Size * flow.Size + deviations.Length;

    public int Modes => 2 * vectors.Length + deviations.Length;

    private ReadOnlySpan<double> Flow(ReadOnlySpan<double> x) => x[..(2 * flow.Size * flow.Size)];

    /// <summary>The flow of the seed, scaled to the largest speed; u, then v. The same at every size, but for what a coarse grid cannot hold.</summary>
    public double[] UsualFlow()
    {
        var fine = new SpectralSteps(new KolmogorovFlow(Reference, Wavenumber: 1));
        var whole = new FlowNoise(fine, flow with { Size = Reference, Spread = 1 }, []);
        var field = new double[2 * Reference * Reference];
        whole.Place(whole.White(), 1, field);
        var fastest = 0.0;
        for (var i = 0; i < field.Length / 2; i++)
            fastest = Math.Max(fastest, Math.Sqrt(field[i] * field[i] + field[i + field.Length / 2] * field[i + field.Length / 2]));
        var start = new double[2 * flow.Size * flow.Size];
        Place(White(), flow.Speed / fastest * (whole.amplitudes[0] / amplitudes[0]), start);
        return start;
    }

    public double[] StandardDeviations() => [.. Enumerable.Repeat(flow.Spread, 2 * flow.Size * flow.Size), .. deviations];

    public void Color(ReadOnlySpan<double> white, Span<double> x)
    {
        Place(white, flow.Spread, x[..(2 * flow.Size * flow.Size)]);
        TensorPrimitives.Multiply(white[(2 * vectors.Length)..], deviations, x[(2 * flow.Size * flow.Size)..]);
    }

    public void AddTransposed(ReadOnlySpan<double> x, Span<double> white)
    {
        using var frame = Scratch.Enter();
        var spectrum = frame.Rent(1, plan.HalfSpectrumWidth)[0];
        steps.CurlAdjoint(Flow(x), spectrum);
        for (var m = 0; m < vectors.Length; m++)
        {
            var (at, cos, sin) = Mode(vectors[m]);
            var (re, im) = (spectrum[at], spectrum[spectrum.Length / 2 + at]);
            white[2 * m] += flow.Spread * amplitudes[m] * (re * cos + im * sin);
            white[2 * m + 1] += flow.Spread * amplitudes[m] * (re * sin - im * cos);
        }
        for (var i = 0; i < deviations.Length; i++)
            white[2 * vectors.Length + i] += deviations[i] * x[Width - deviations.Length + i];
    }

    public void AddDraw(Span<double> x, double factor, RandomSource random)
    {
        using var frame = Scratch.Enter();
        var white = frame.Rent(1, Modes)[0];
        var draw = frame.Rent(1, Width)[0];
        random.FillNormal(white);
        Color(white, draw);
        TensorPrimitives.MultiplyAdd(draw, factor, x, x);
    }

    public void AddCovariance(double factor, Batch<double> covariance)
    {
        var patterns = Patterns();
        Dense.MultiplyTransposedLeft<double>(factor, patterns, patterns, 1, covariance);
    }

    public void Covariance(ReadOnlySpan<int> rows, ReadOnlySpan<int> columns, Batch<double> block)
    {
        using var frame = Scratch.Enter();
        var unit = frame.Rent(1, Width)[0];
        var white = frame.Rent(1, Modes)[0];
        var draw = frame.Rent(1, Width)[0];
        for (var i = 0; i < rows.Length; i++)
        {
            unit.Clear();
            white.Clear();
            unit[rows[i]] = 1;
            AddTransposed(unit, white);
            Color(white, draw);
            for (var j = 0; j < columns.Length; j++)
                block[i, j] = draw[columns[j]];
        }
    }

    private Matrix<double> Patterns()
    {
        var patterns = new Matrix<double>(Modes, Width);
        var white = new double[Modes];
        for (var m = 0; m < Modes; m++)
        {
            white.AsSpan().Clear();
            white[m] = 1;
            Color(white, patterns[m]);
        }
        return patterns;
    }

    /// <summary>The white numbers of the seed's flow; those of a wave vector are the same whatever others there are.</summary>
    private double[] White()
    {
        var white = new double[Modes];
        var source = new RandomSource(flow.Seed).Fork("kolmogorov flow");
        for (var m = 0; m < vectors.Length; m++)
        {
            var own = source.Fork(vectors[m].X).Fork(vectors[m].Y);
            (white[2 * m], white[2 * m + 1]) = (own.NextNormal(), own.NextNormal());
        }
        return white;
    }

    private void Place(ReadOnlySpan<double> white, double factor, Span<double> fields)
    {
        using var frame = Scratch.Enter();
        var spectrum = frame.RentCleared(1, plan.HalfSpectrumWidth)[0];
        var half = spectrum.Length / 2;
        for (var m = 0; m < vectors.Length; m++)
        {
            var scale = 0.5 * flow.Size * flow.Size * factor * amplitudes[m];
            var (c, s) = (scale * white[2 * m], scale * white[2 * m + 1]);
            var (at, cos, sin) = Mode(vectors[m]);
            var (re, im) = (c * cos + s * sin, c * sin - s * cos);              // (c − i s) exp(i k · x₀)
            (spectrum[at], spectrum[half + at]) = (re, im);
            if (vectors[m].X == 0)
                (spectrum[Index(0, -vectors[m].Y)], spectrum[half + Index(0, -vectors[m].Y)]) = (re, -im);
        }
        steps.Curl(spectrum, fields);
    }

    /// <summary>Where a mode lies in a half spectrum, and its phase at the first point of the streamfunction.</summary>
    private (int At, double Cos, double Sin) Mode((int X, int Y) k)
    {
        var (sin, cos) = Math.SinCos((k.X + k.Y) * steps.PlaceOfStreamfunction * flow.Spacing);
        return (Index(k.X, k.Y), cos, sin);
    }

    private int Index(int x, int y) => (y < 0 ? y + flow.Size : y) * plan.HalfColumns + x;

    private double Shape((int X, int Y) k)
    {
        var (log, away) = (Math.Log(Length(k)), Math.Log(flow.Peak) + 0.25 - Math.Log(Length(k)));
        return Math.Exp(-2 * away * away - log) / Length(k);
    }

    private static double Length((int X, int Y) k) => Math.Sqrt(k.X * k.X + k.Y * k.Y);

    private static IEnumerable<(int X, int Y)> Vectors(int highest) =>
        from x in Enumerable.Range(0, highest + 1)
        from y in Enumerable.Range(-highest, 2 * highest + 1)
        where x > 0 || y > 0
        select (x, y);
}
