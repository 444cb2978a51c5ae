using Sonde.Numerics;

namespace Sonde.Assimilation.Incremental;

/// <summary>What a few windows are made of, a row each.</summary>
internal readonly ref struct IncrementalBatch(ScratchFrame frame, int rows, int count, int context, int halfWidth)
{
    /// <summary>x, [rows, d].</summary>
    public Batch<double> Truth { get; } = frame.Rent(rows, count);

    /// <summary>z₀, [rows, d].</summary>
    public Batch<double> Start { get; } = frame.Rent(rows, count);

    /// <summary>Channels beside an estimate, [rows, context].</summary>
    public Batch<double> Context { get; } = frame.Rent(rows, context);

    /// <summary>a, [rows, d (p + 1)].</summary>
    public Batch<double> Evidence { get; } = frame.RentCleared(rows, count * (halfWidth + 1));

    /// <summary>b, [rows, d].</summary>
    public Batch<double> Right { get; } = frame.RentCleared(rows, count);
}
