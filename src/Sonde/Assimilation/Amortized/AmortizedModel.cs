using Sonde.Calculus;
using Sonde.Calculus.Operations;
using Sonde.Dynamics;
using Sonde.Networks;
using Sonde.Networks.Training;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Amortized;

/// <summary>
/// The losses of CODA and of its uncertain form. A state x drawn from what a network says of a window's center is carried h times ahead; what is observed on
/// the way, and what the same network says of the window around the end, tell how good it was:
/// s²/N Σ |R^-½ (y − H(Mᵏ(x)))|² + α E[−log q(Mʰ(x))]. Zinchenko and Greenberg, arXiv 2409.07137, 2024; Frion and Greenberg, arXiv 2510.17268, 2025, eq. 6.
/// With mean squares in the place of −log q it is CODA's.
/// </summary>
internal sealed class AmortizedModel
{
    private readonly AmortizedSettings settings;
    private readonly EncoderScale scale;
    private readonly StateEncoding encoding;
    private readonly ISpread spread;
    private readonly LearnedModel? model;
    private readonly ClosedModel? closed;

    /// <summary>Lays the networks out over windows to learn from.</summary>
    /// <param name="settings">Which.</param>
    /// <param name="scale">Standardizes.</param>
    /// <param name="span">Times of a window that are learned.</param>
    /// <param name="model">The model, where parameters of it are learned.</param>
    /// <param name="closed">The model, where a network is learned in its tendency.</param>
    public AmortizedModel(AmortizedSettings settings, EncoderScale scale, int span, LearnedModel? model = null, ClosedModel? closed = null)
    {
        (this.settings, this.scale, spread, this.model, this.closed) = (settings, scale, settings.Spread(scale), model, closed);
        encoding = settings.Network.EstimatesEveryTime ? new(settings, scale, span, 0, settings.Ahead) : new(settings, scale, 1, 0);
        Count = encoding.Network.WeightCount;
        var network = settings.Networks == 1 ? encoding.Network : new Parallel<float>([.. Enumerable.Repeat(encoding.Network, settings.Networks)]);
        Network = model is not null ? new Aside<float>(network, new ConstantLayer<float>(0, model.Count)) : closed is not null ? new Aside<float>(network, closed.Network) : network;
    }

    /// <summary>All networks, side by side, and after them what is learned of the model.</summary>
    public ILayer<float> Network { get; }

    /// <summary>The weights of one network.</summary>
    public int Count { get; }

    /// <summary>How the network is laid over windows.</summary>
    public StateEncoding Encoding => encoding;

    /// <summary>The loss of one network, which leaves the weights of the others alone.</summary>
    /// <param name="pool">The windows.</param>
    /// <param name="network">Which.</param>
    /// <param name="alpha">α.</param>
    /// <param name="drops">Whether values are dropped.</param>
    /// <param name="isClosed">Whether the model has the network in its tendency.</param>
    public SampleLoss<float> Loss(WindowPool pool, int network, double alpha, bool drops, bool isClosed = false)
    {
        var system = settings.Training.Supervised ? null : pool.Twins.Problem.System as IDifferentiableSystem
            ?? throw new ArgumentException("The loss carries states forward and needs the adjoint of the system, which has none; 'supervised' does not.");
        var intervals = new Intervals(pool.Twins.Problem.Grid, pool.Twins.Times);
        return (weights, samples, random) =>
        {
            var (own, source) = (weights.View(network * Count, 1, Count), random.Source());
            var pass = new Pass(drops && settings.Dropout > 0 ? source.Fork("dropout") : null, BatchMoments.Unkept);
            var windows = pool.Windows(samples, source.Fork("windows"));
            var drawing = encoding.Draw(own.Tape, windows);
            var written = encoding.Head(encoding.Trunk(drawing, own, pass), own, pass);
            var left = encoding.Read(written, drawing, 0);
            if (system is null)
                return spread.Cost(left, Truths(own.Tape, windows));
            var right = settings.Network.EstimatesEveryTime ? encoding.Read(written, drawing, 1) : Ahead(windows, own, pass);
            return Compare(spread.Sample(left, source.Fork("state")), weights, right, windows, alpha, system, intervals, isClosed);
        };
    }

    /// <summary>What observations and the estimates at the end say of states that are carried forward.</summary>
    private Variable<float> Compare(Variable<float> states, Variable<float> weights, StateEstimate right, Stretch[] windows, double alpha, IDifferentiableSystem system, Intervals intervals, bool isClosed)
    {
        var rows = windows.Length * encoding.Count;
        var (starts, firsts, series) = (new int[rows], new int[rows], new IReadOnlyList<Observation>[rows]);
        for (var row = 0; row < rows; row++)
        {
            var window = windows[row / encoding.Count];
            (series[row], firsts[row]) = (window.Series.Observations, window.First + row % encoding.Count);
            starts[row] = window.Series.First + firsts[row];
        }
        var (tape, misfit) = (states.Tape, new SeriesMisfit<float>(series, firsts, settings.Rollout + 1));
        var carried = isClosed
            ? closed!.Carry(states, weights.View(settings.Networks * Count, 1, closed.Network.WeightCount), intervals, starts, settings.Rollout)
            : model is null
            ? tape.Apply(new Rollout<float>(system, intervals, starts, settings.Rollout), states)
            : model.Strip(tape.Apply(new Rollout<float>(model.Augmented, intervals, starts, settings.Rollout), model.Append(states, weights.View(settings.Networks * Count, 1, model.Count))), settings.Rollout + 1);
        var data = (float)(scale.Error * scale.Error / Math.Max(1, misfit.Count)) * tape.Apply(misfit, carried).Sum();
        var end = tape.Apply(Gather<float>.Range(settings.Rollout * scale.Width, scale.Width), carried);
        return alpha == 0 ? data : data + (float)alpha * spread.Cost(right, end);
    }

    /// <summary>Estimates of the windows around the ends, in a pass of their own.</summary>
    private StateEstimate Ahead(Stretch[] windows, Variable<float> weights, Pass pass)
    {
        var ahead = new Stretch[windows.Length];
        for (var i = 0; i < ahead.Length; i++)
            ahead[i] = windows[i] with { First = windows[i].First + settings.Ahead };
        var drawing = encoding.Draw(weights.Tape, ahead);
        var own = new Pass(pass.Dropout?.Fork("ahead"), pass.Batch);
        return encoding.Read(encoding.Head(encoding.Trunk(drawing, weights, own), weights, own), drawing, 0);
    }

    private Variable<float> Truths(Tape<float> tape, Stretch[] windows)
    {
        using var frame = Scratch.Enter();
        var n = scale.Width;
        var truths = frame.Rent<float>(windows.Length * encoding.Count, n);
        for (var row = 0; row < truths.Rows; row++)
        {
            var window = windows[row / encoding.Count];
            window.Series.Truth.AsSpan((window.First + row % encoding.Count) * n, n).CopyTo(truths[row]);
        }
        return tape.Constant(truths);
    }
}
