using System.Numerics.Tensors;
using Sonde.Calculus;
using Sonde.Calculus.Operations;
using Sonde.Networks;
using Sonde.Numerics;

namespace Sonde.Assimilation.Incremental;

/// <summary>
/// A precision 1 + L Lᵀ, whose numbers are the columns of L, one after the other, between −1 and 1: tanh of the network's, plus trained ones that are the
/// same for all estimates, since L = 0 would have no gradient. Released program of Blanke, Fablet, Lelarge, 2024.
/// </summary>
internal sealed class LowRankForm : ILocalForm
{
    private const double Start = 0.1;
    private readonly WindowShape shape;
    private readonly int rank, halfWidth;
    private readonly Gather<float> network, own;
    private readonly LowRankAnalysis<float> analysis;

    /// <summary>Lays the numbers out.</summary>
    /// <param name="shape">The window.</param>
    /// <param name="first">Where they begin in what the network gives.</param>
    /// <param name="rank">Columns of L.</param>
    /// <param name="halfWidth">p of the evidence.</param>
    public LowRankForm(WindowShape shape, int first, int rank, int halfWidth)
    {
        (this.shape, this.rank, this.halfWidth) = (shape, rank, halfWidth);
        analysis = new(rank, halfWidth);
        network = new([.. Enumerable.Range(0, rank * shape.Count).Select(k => first + k / shape.Count * shape.Count + shape.Channel(k % shape.Count))]);
        own = Gather<float>.Range(first + rank * shape.Count, rank * shape.Count);
    }

    /// <inheritdoc/>
    public int Channels => rank;

    /// <inheritdoc/>
    public ILayer<float>? Own(int inputs) => new ConstantLayer<float>(inputs, rank * shape.Count, Start);

    /// <inheritdoc/>
    public Variable<float>? Numbers(Variable<float> y) => (y.Tape.Apply(network, y) + y.Tape.Apply(own, y)).Apply(Activation.Tanh);

    /// <inheritdoc/>
    public Variable<float> Condition(LocalGaussian prior, Variable<float> evidence, Variable<float> right) =>
        right.Tape.Apply(analysis, [prior.Mean, prior.Numbers!.Value, evidence, right]);

    /// <inheritdoc/>
    public bool Draw(ReadOnlySpan<float> numbers, ReadOnlyBatch<double> evidence, Batch<double> draws, RandomSource random)
    {
        using var frame = Scratch.Enter();
        var directions = frame.Rent(rank, evidence.Rows);
        var white = frame.Rent(draws.Rows, rank);
        var solver = new WoodburySolver(frame, evidence.Rows, rank, halfWidth);
        TensorPrimitives.ConvertTruncating<float, double>(numbers, directions.Values);
        random.FillNormal(draws.Values);
        random.FillNormal(white.Values);
        if (!solver.Factor(evidence, directions))
            return false;
        for (var row = 0; row < draws.Rows; row++)
            solver.Draw(directions, draws.Slice(row, 1), white[row]);
        return true;
    }

    /// <inheritdoc/>
    public bool Covariances(ReadOnlySpan<float> numbers, ReadOnlyBatch<double> evidence, Batch<double> states)
    {
        using var frame = Scratch.Enter();
        var (n, d) = (states.Width, evidence.Rows);
        var directions = frame.Rent(rank, d);
        var inverse = frame.Rent(d, halfWidth + 1);
        var lowered = frame.Rent(d, rank);
        var solver = new WoodburySolver(frame, d, rank, halfWidth);
        TensorPrimitives.ConvertTruncating<float, double>(numbers, directions.Values);
        if (!solver.Factor(evidence, directions))
            return false;
        BandedCholesky.SelectedInverse(solver.Band, inverse);
        StateBlocks.Read(inverse, states);
        solver.Lowered(lowered);
        for (var row = 0; row < d; row++)
            for (var column = row / n * n; column <= row; column++)
                StateBlocks.Set(states, row, column, states[row, column % n] - TensorPrimitives.Dot<double>(lowered[row], lowered[column]));
        return true;
    }
}
