using Sonde.Calculus;
using Sonde.Calculus.Operations;
using Sonde.Dynamics;
using Sonde.Dynamics.Noise;
using Sonde.Numerics;

namespace Sonde.Surrogates;

/// <summary>
/// A trained LDNet as a system like any other: rows are [latent state, parameters], steps are s ← s + h F(s, u) with the parameters constant
/// (LEVDA, eq. 16), a part of a step is that part of h (eq. 17), and <see cref="Fields"/> are read at any place and at any time through the decoder.
/// Parameters and fields are in their own units; time is that of the data, of which one latent step is <see cref="StepLength"/>.
/// </summary>
public sealed class LatentSurrogate : IDifferentiableSystem, IFieldDecoder
{
    private const int RowsAtOnce = 64;
    private const int LeastRows = 2;                    // one row alone would be multiplied in another order: other bits
    private const int StepsAtOnce = 16;                 // recorded on one tape, for one copy of the weights
    private const int PriorPatterns = 256;
    private readonly LatentDynamics<double> dynamics;
    private readonly Lazy<Func<IReadOnlyList<FieldPlace>, IMap<double>>> reading;
    private readonly FixedRows<double> dynamicsWeights, center, inverseHalfWidth;
    private readonly FieldFrame frame;
    private readonly Gather<double> states, parameters;
    private readonly Lazy<DefaultPrior> prior;
    private readonly Lazy<IMap<double>> onGrid;

    /// <summary>Combines trained networks.</summary>
    /// <param name="dynamics">F and its step.</param>
    /// <param name="dynamicsWeights">[1, n].</param>
    /// <param name="decoder">From states to fields.</param>
    /// <param name="decoderWeights">[1, n]; not copied until places are read.</param>
    /// <param name="ranges">The parameters, and where they were trained.</param>
    /// <param name="frame">The fields.</param>
    /// <param name="stepLength">Time of one latent step, above 0.</param>
    /// <exception cref="ArgumentException">The parts do not fit one another.</exception>
    public LatentSurrogate(
        LatentDynamics<double> dynamics, Matrix<double> dynamicsWeights, IDecoder<double> decoder, Matrix<double> decoderWeights,
        IReadOnlyList<ParameterRange> ranges, FieldFrame frame, double stepLength)
    {
        ArgumentNullException.ThrowIfNull(dynamics);
        ArgumentNullException.ThrowIfNull(dynamicsWeights);
        ArgumentNullException.ThrowIfNull(decoder);
        ArgumentNullException.ThrowIfNull(decoderWeights);
        ArgumentNullException.ThrowIfNull(ranges);
        ArgumentNullException.ThrowIfNull(frame);
        if (ranges.Count != dynamics.Parameters || decoder.LatentWidth != dynamics.LatentWidth)
            throw new ArgumentException(
                $"The dynamics have {dynamics.Parameters} parameters and {dynamics.LatentWidth} states, but there are {ranges.Count} ranges and the decoder reads {decoder.LatentWidth} states.", nameof(decoder));
        _ = Networks.LayerExtensions.With(dynamics.Network, dynamicsWeights);           // refuses weights that do not fit
        _ = Networks.LayerExtensions.With(decoder.Network, decoderWeights);
        (this.dynamics, this.dynamicsWeights, this.frame) = (dynamics, new(dynamicsWeights), frame);
        (Ranges, StepLength) = ([.. ranges], Check.Positive(stepLength, nameof(stepLength)));
        center = new(new ReadOnlyBatch<double>([.. ranges.Select(range => range.Center)]));
        inverseHalfWidth = new(new ReadOnlyBatch<double>([.. ranges.Select(range => 1 / range.HalfWidth)]));
        (states, parameters) = (Gather<double>.Range(0, LatentWidth), Gather<double>.Range(LatentWidth, ranges.Count));
        string[] names = [.. ranges.Select(range => range.Name)];
        Domain = new Domain(new Dynamics.Fields.Nowhere(), Domain.Unplaced([.. Enumerable.Range(0, LatentWidth).Select(i => $"s{i}")]).Fields, names);
        Fields = new Domain(frame.Domain.Space, frame.Domain.Fields, names) { Decoder = this };
        prior = new(Prior);
        reading = new(() => decoder.Reading(frame, decoderWeights));
        onGrid = new(() => ReadAt(frame.GridPlaces()));
    }

    /// <summary>Width of a latent state.</summary>
    public int LatentWidth => dynamics.LatentWidth;

    /// <inheritdoc/>
    public int Width => LatentWidth + Ranges.Count;

    /// <summary>Latent components "s0", "s1", …, which lie nowhere; then the parameters.</summary>
    public Domain Domain { get; }

    /// <summary>The fields that rows stand for, and the parameters: what observations are described with.</summary>
    public Domain Fields { get; }

    /// <summary>The parameters, and where they were trained.</summary>
    public IReadOnlyList<ParameterRange> Ranges { get; }

    /// <summary>Time of one latent step.</summary>
    public double StepLength { get; }

    /// <summary>The last time that trajectories reached which the surrogate was trained on; infinite where nobody said.</summary>
    public double TrainedUntil { get; init; } = double.PositiveInfinity;

    /// <summary>What decoded fields err by; null where nobody measured it.</summary>
    public SurrogateError? Error { get; init; }

    /// <summary>What parameters anywhere in their ranges start from, and the Gaussian with the same mean and covariance.</summary>
    public DefaultPrior DefaultPrior => prior.Value;

    int IFieldDecoder.RowWidth => Width;

    int IFieldDecoder.ParameterOffset => LatentWidth;

    /// <summary>x ← the rows at time 0 for these parameters: s₀ = s₋₁ + h F(s₋₁, u).</summary>
    /// <param name="values">In their own units, [rows, parameters].</param>
    /// <param name="x">[rows, Width].</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public void Start(ReadOnlyBatch<double> values, Batch<double> x)
    {
        if (values.Width != Ranges.Count || x.Width != Width || x.Rows != values.Rows)
            throw new ArgumentException($"Rows of {Ranges.Count} parameters start as many rows of {Width}, not {values.Rows} × {values.Width} rows {x.Rows} × {x.Width}.", nameof(x));
        using var scratch = Scratch.Enter();
        var rows = scratch.RentCleared(Math.Max(LeastRows, Math.Min(RowsAtOnce, x.Rows)), Ranges.Count);
        for (var first = 0; first < x.Rows; first += RowsAtOnce)
        {
            var count = Math.Min(RowsAtOnce, x.Rows - first);
            values.Slice(first, count).CopyTo(rows.Slice(0, count));
            using var lent = TapeLoan<double>.Take();
            var u = lent.Tape.Constant(rows.Slice(0, Math.Max(LeastRows, count)));
            var before = dynamics.Start(Scaled(u), lent.Tape.Constant(dynamicsWeights)).Beside(u);
            before.Value.Slice(0, count).CopyTo(x.Slice(first, count));
        }
        Advance(x, StepLength, 1);
    }

    /// <inheritdoc/>
    public void Advance(Batch<double> x, double time, double dt, int steps, int firstRow, RandomSource noise) => Advance(x, dt, steps);

    /// <inheritdoc/>
    public void AdvanceTangent(Span<double> x, Batch<double> dx, double time, double dt, int steps)
    {
        using var scratch = Scratch.Enter();
        var along = scratch.Rent(RowsAtOnce, Width);
        for (var first = 0; first < dx.Rows; first += RowsAtOnce)
        {
            var perturbations = dx.Slice(first, Math.Min(RowsAtOnce, dx.Rows - first));
            var rows = along.Slice(0, Math.Max(LeastRows, perturbations.Rows));
            for (var row = 0; row < rows.Rows; row++)
                x.CopyTo(rows[row]);
            for (var step = 0; step < steps; step += StepsAtOnce)
            {
                using var lent = TapeLoan<double>.Take();
                var (start, end) = Record(lent.Tape, rows, dt, Math.Min(StepsAtOnce, steps - step), isInput: true);
                perturbations.CopyTo(lent.Tape.Tangent(start).Slice(0, perturbations.Rows));
                lent.Tape.PushForward();
                lent.Tape.Tangent(end).Slice(0, perturbations.Rows).CopyTo(perturbations);
                end.Value.CopyTo(rows);
            }
        }
        Advance(new Batch<double>(x), dt, steps);
    }

    /// <inheritdoc/>
    public void AdvanceTangents(Batch<double> x, Batch<double> dx, double time, double dt, int steps)
    {
        var each = x.Rows == 0 ? 0 : dx.Rows / x.Rows;
        using var scratch = Scratch.Enter();
        var rows = scratch.RentCleared(Math.Max(LeastRows, Math.Min(RowsAtOnce, x.Rows)), Width);
        for (var first = 0; first < x.Rows; first += RowsAtOnce)
        {
            var count = Math.Min(RowsAtOnce, x.Rows - first);
            x.Slice(first, count).CopyTo(rows.Slice(0, count));
            var block = rows.Slice(0, Math.Max(LeastRows, count));
            for (var step = 0; step < steps; step += StepsAtOnce)
            {
                using var lent = TapeLoan<double>.Take();
                var (start, end) = Record(lent.Tape, block, dt, Math.Min(StepsAtOnce, steps - step), isInput: each > 0);
                if (each > 0)
                    Push(lent.Tape, start, end, dx.Slice(first * each, count * each), count);
                end.Value.CopyTo(block);
            }
            rows.Slice(0, count).CopyTo(x.Slice(first, count));
        }
    }

    /// <inheritdoc/>
    public void AdvanceAdjoint(ReadOnlyBatch<double> x, Batch<double> xBar, double time, double dt, int steps)
    {
        var stretch = Math.Max(StepsAtOnce, (int)Math.Ceiling(Math.Sqrt(steps)));
        var stretches = (steps + stretch - 1) / stretch;
        using var scratch = Scratch.Enter();
        var starts = scratch.Rent(Math.Max(1, stretches) * RowsAtOnce, Width);
        for (var first = 0; first < xBar.Rows; first += RowsAtOnce)
        {
            var bars = xBar.Slice(first, Math.Min(RowsAtOnce, xBar.Rows - first));
            for (var row = 0; row < bars.Rows; row++)
                x[x.Rows == 1 ? 0 : first + row].CopyTo(starts[row]);
            for (var i = 1; i < stretches; i++)
            {
                At(starts, i - 1, bars.Rows).CopyTo(At(starts, i, bars.Rows));
                Advance(At(starts, i, bars.Rows), dt, stretch);
            }
            for (var i = stretches - 1; i >= 0; i--)
            {
                using var lent = TapeLoan<double>.Take();
                var (start, end) = Record(lent.Tape, At(starts, i, bars.Rows), dt, Math.Min(stretch, steps - i * stretch), isInput: true);
                lent.Tape.BeginPullBack();
                bars.CopyTo(lent.Tape.Adjoint(end));
                lent.Tape.PullBack();
                lent.Tape.Adjoint(start).CopyTo(bars);
            }
        }
    }

    /// <inheritdoc/>
    public IMap<double> ReadAt(IReadOnlyList<FieldPlace> places)
    {
        ArgumentNullException.ThrowIfNull(places);
        var normalized = reading.Value(places);
        var (mean, deviation) = (new Matrix<double>(1, places.Count), new Matrix<double>(1, places.Count));
        for (var i = 0; i < places.Count; i++)
            (mean[0, i], deviation[0, i]) = (frame.Mean[places[i].Field], frame.Deviation[places[i].Field]);
        var (offset, scale) = (new FixedRows<double>(mean), new FixedRows<double>(deviation));
        return Map.Of<double>(Width, places.Count, x =>
            x.Tape.Apply(ProductSum<double>.Instance, normalized.Apply(x.Tape.Apply(states, x)), x.Tape.Constant(scale), x.Tape.Constant(offset)));
    }

    /// <summary>The fields on their grid, in the order of <see cref="Fields"/>, without the parameters.</summary>
    /// <param name="x">[rows, Width].</param>
    /// <param name="fields">[rows, Fields.FieldWidth].</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public void Decode(ReadOnlyBatch<double> x, Batch<double> fields) => onGrid.Value.Evaluate(x, fields);

    private void Advance(Batch<double> x, double dt, int steps) => AdvanceTangents(x, new Batch<double>([], 0, Width), 0, dt, steps);

    private (Variable<double> Start, Variable<double> End) Record(Tape<double> tape, ReadOnlyBatch<double> x, double dt, int steps, bool isInput)
    {
        var start = isInput ? tape.Input(x) : tape.Constant(x);
        var weights = tape.Constant(dynamicsWeights);
        var (s, u) = (tape.Apply(states, start), tape.Apply(parameters, start));
        var scaled = Scaled(u);
        var h = dynamics.Step * (dt / StepLength);
        for (var step = 0; step < steps; step++)
            s = dynamics.Advance(s, scaled, weights, h);
        return (start, s.Beside(u));
    }

    private Variable<double> Scaled(Variable<double> u) => (u - u.Tape.Constant(center)) * u.Tape.Constant(inverseHalfWidth);

    /// <summary>dx ← their tangents: as many rows of each of the first recorded states, one direction of all states at a time.</summary>
    private static void Push(Tape<double> tape, Variable<double> start, Variable<double> end, Batch<double> dx, int states)
    {
        var each = dx.Rows / states;
        var from = tape.Tangent(start);
        var to = tape.Tangent(end);
        for (var i = 0; i < each; i++)
        {
            for (var row = 0; row < states; row++)
                dx[row * each + i].CopyTo(from[row]);
            tape.PushForward();
            for (var row = 0; row < states; row++)
                to[row].CopyTo(dx[row * each + i]);
        }
    }

    private static Batch<double> At(Batch<double> all, int state, int rows) => all.Slice(state * RowsAtOnce, rows);

    /// <summary>Moments over parameters that fill their ranges evenly (the additive recurrence of Roberts, 2018).</summary>
    private DefaultPrior Prior()
    {
        var root = 2.0;                                 // of x^(p + 1) = x + 1
        for (var i = 0; i < 60; i++)
            root = Math.Pow(1 + root, 1.0 / (Ranges.Count + 1));
        var (values, rows) = (new Matrix<double>(PriorPatterns, Ranges.Count), new Matrix<double>(PriorPatterns, Width));
        for (var n = 0; n < PriorPatterns; n++)
            for (var p = 0; p < Ranges.Count; p++)
            {
                var share = 0.5 + (n + 1) * Math.Pow(root, -p - 1);
                values[n, p] = Ranges[p].Least + (share - Math.Floor(share)) * (Ranges[p].Greatest - Ranges[p].Least);
            }
        Start(values, rows);
        var mean = new double[Width];
        for (var n = 0; n < PriorPatterns; n++)
            for (var i = 0; i < Width; i++)
                mean[i] += rows[n, i] / PriorPatterns;
        for (var n = 0; n < PriorPatterns; n++)
            for (var i = 0; i < Width; i++)
                rows[n, i] = (rows[n, i] - mean[i]) / Math.Sqrt(PriorPatterns);
        var departures = new LowRankNoise(rows);
        return new DefaultPrior(mean, departures.StandardDeviations(), departures, new LatentStarts(this));
    }
}
