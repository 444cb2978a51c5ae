using Sonde.Calculus;
using Sonde.Calculus.Operations;
using Sonde.Networks;
using Sonde.Numerics;

namespace Sonde.Assimilation.Amortized;

/// <summary>A place in a series of observations.</summary>
/// <param name="Series">The observations.</param>
/// <param name="First">A time of it.</param>
internal readonly record struct Stretch(ObservedSeries Series, int First);

/// <summary>A network over stretches of series, which says something of the states at the same number of times of each.</summary>
internal sealed class StateEncoding
{
    private readonly EncoderImages images;
    private readonly EncoderScale scale;
    private readonly EncoderLayers layers;
    private readonly Gather<float>[] states, means;
    private readonly Gather<float> mean;
    private readonly Gather<float>? numbers;
    private readonly Matrix<float>? center, unit;
    private readonly int channels, lines;

    /// <summary>Lays a network over stretches.</summary>
    /// <param name="settings">Which.</param>
    /// <param name="scale">Standardizes.</param>
    /// <param name="count">Times of a stretch that are estimated; 1 unless the network estimates every time.</param>
    /// <param name="offsets">From the stretch's first time to the first of those that are estimated, for each of several estimates.</param>
    public StateEncoding(AmortizedSettings settings, EncoderScale scale, int count, params ReadOnlySpan<int> offsets)
    {
        var (network, n) = (settings.Network, scale.Width);
        (this.scale, Count, Reach) = (scale, count, network.Reach(settings.HalfWindow));
        images = new(network.Input, scale, network.Averages);
        channels = 1 + settings.Spread(scale).Numbers;
        lines = 2 * Reach + count;
        foreach (var offset in offsets)
            lines = Math.Max(lines, 2 * Reach + count + offset);
        layers = network.Build(new(images.Channels, lines, n), channels, settings.Dropout);
        (states, means) = (new Gather<float>[offsets.Length], new Gather<float>[offsets.Length]);
        for (var i = 0; i < offsets.Length; i++)
        {
            var first = Reach + offsets[i];
            means[i] = Gather<float>.Range(first * n, count * n);
            states[i] = network.EstimatesEveryTime
                ? new([.. Enumerable.Range(0, count * channels * n).Select(k => (k / n % channels * lines + first + k / (n * channels)) * n + k % n)])
                : Gather<float>.Range(0, channels * n);
        }
        mean = Gather<float>.Range(0, n);
        numbers = channels > 1 ? Gather<float>.Range(n, (channels - 1) * n) : null;
        if (network.Input == EncoderInput.Standardized)
            (center, unit) = (Single(scale.State.Mean), Single(scale.State.Deviation));
    }

    /// <summary>Times of a stretch that are estimated.</summary>
    public int Count { get; }

    /// <summary>Times on each side of a state that its estimate depends on.</summary>
    public int Reach { get; }

    /// <summary>The network; its weights are the same for stretches of any length.</summary>
    public ILayer<float> Network => layers.Network;

    /// <summary>Numbers of an estimate, mean and others.</summary>
    public int Width => channels * scale.Width;

    /// <summary>Draws what is observed around stretches.</summary>
    /// <param name="tape">Where.</param>
    /// <param name="stretches">Their first times are the first that can be estimated.</param>
    /// <param name="hidesFirst">Whether what is observed at the first time itself is left out.</param>
    public Drawing Draw(Tape<float> tape, ReadOnlySpan<Stretch> stretches, bool hidesFirst = false)
    {
        using var frame = Scratch.Enter();
        var rows = frame.Rent<float>(stretches.Length, images.Channels * lines * scale.Width);
        var basis = frame.Rent<float>(stretches.Length, lines * scale.Width);
        for (var i = 0; i < stretches.Length; i++)
            images.Draw(stretches[i].Series, stretches[i].First - Reach, hidesFirst ? stretches[i].First : -1, rows[i], basis[i]);
        return new(tape.Constant(rows), tape.Constant(basis));
    }

    /// <summary>What the trunk makes of a drawing.</summary>
    public Variable<float> Trunk(Drawing drawing, Variable<float> weights, Pass pass) =>
        layers.Trunk.Apply(drawing.Images, weights.View(0, 1, layers.Trunk.WeightCount), pass.Of(0));

    /// <summary>What the head makes of what the trunk wrote.</summary>
    public Variable<float> Head(Variable<float> written, Variable<float> weights, Pass pass) =>
        layers.Head.Apply(written, weights.View(layers.Trunk.WeightCount, 1, layers.Head.WeightCount), pass.Of(1));

    /// <summary>One of the estimates: a row for each time of each stretch.</summary>
    public StateEstimate Read(Variable<float> written, Drawing drawing, int estimate)
    {
        var tape = written.Tape;
        var rows = written.Rows * Count;
        var all = tape.Apply(states[estimate], written).View(0, rows, Width);
        var own = tape.Apply(mean, all);
        if (center is not null)
            own = (own + tape.Apply(means[estimate], drawing.Basis).View(0, rows, scale.Width)) * tape.Constant(unit!) + tape.Constant(center);
        return new(own, numbers is null ? own : tape.Apply(numbers, all));
    }

    private static Matrix<float> Single(ReadOnlySpan<double> values)
    {
        var single = new Matrix<float>(1, values.Length);
        System.Numerics.Tensors.TensorPrimitives.ConvertTruncating<double, float>(values, single.Values);
        return single;
    }
}

/// <summary>Stretches as images on a tape.</summary>
/// <param name="Images">[stretches, channels × times × n].</param>
/// <param name="Basis">What means are corrections of, [stretches, times × n].</param>
internal readonly record struct Drawing(Variable<float> Images, Variable<float> Basis);
