using Sonde.Numerics;

namespace Sonde.Observing.Operators;

/// <summary>y = (H₁(x), H₂(x), …): several networks, or several kinds of instruments, at one time.</summary>
public sealed class StackedOperator : IObservationOperator
{
    private readonly IObservationOperator[] parts;
    private readonly int[] offsets;

    /// <summary>Values of the first part, then of the second …</summary>
    /// <exception cref="ArgumentException">There is no part, or the parts read rows of different widths.</exception>
    public StackedOperator(IReadOnlyList<IObservationOperator> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        if (parts.Count == 0)
            throw new ArgumentException("At least 1 part is needed, not 0.", nameof(parts));
        this.parts = [.. parts];
        offsets = new int[parts.Count + 1];
        for (var i = 0; i < parts.Count; i++)
        {
            if (parts[i].InputWidth != parts[0].InputWidth)
                throw new ArgumentException($"Part {i} reads rows of {parts[i].InputWidth}, the first reads rows of {parts[0].InputWidth}.", nameof(parts));
            offsets[i + 1] = checked(offsets[i] + parts[i].OutputWidth);
        }
    }

    /// <summary>The parts.</summary>
    internal IReadOnlyList<IObservationOperator> Parts => parts;

    /// <inheritdoc/>
    public int InputWidth => parts[0].InputWidth;

    /// <inheritdoc/>
    public int OutputWidth => offsets[^1];

    /// <inheritdoc/>
    public void Apply(ReadOnlyBatch<double> x, Batch<double> y)
    {
        Shapes.Check(this, x, y);
        using var frame = Scratch.Enter();
        for (var i = 0; i < parts.Length; i++)
        {
            var part = frame.Rent(y.Rows, parts[i].OutputWidth);
            parts[i].Apply(x, part);
            Place(part, i, y);
        }
    }

    /// <inheritdoc/>
    public void Tangent(ReadOnlyBatch<double> x, ReadOnlyBatch<double> dx, Batch<double> dy)
    {
        Shapes.Check(this, x, dx, dy);
        using var frame = Scratch.Enter();
        for (var i = 0; i < parts.Length; i++)
        {
            var part = frame.Rent(dy.Rows, parts[i].OutputWidth);
            parts[i].Tangent(x, dx, part);
            Place(part, i, dy);
        }
    }

    /// <inheritdoc/>
    public void AddAdjoint(ReadOnlyBatch<double> x, ReadOnlyBatch<double> yBar, Batch<double> xBar)
    {
        Shapes.Check(this, x, xBar, yBar);
        using var frame = Scratch.Enter();
        for (var i = 0; i < parts.Length; i++)
        {
            var part = frame.Rent(yBar.Rows, parts[i].OutputWidth);
            for (var row = 0; row < yBar.Rows; row++)
                yBar[row][offsets[i]..offsets[i + 1]].CopyTo(part[row]);
            parts[i].AddAdjoint(x, part, xBar);
        }
    }

    /// <inheritdoc/>
    /// <remarks>Neighbors in the list that belong to one part stay together, so a list in rising order makes as many parts.</remarks>
    public IObservationOperator Select(ReadOnlySpan<int> indices)
    {
        var chosen = new List<IObservationOperator>();
        for (var first = 0; first < indices.Length;)
        {
            var part = PartOf(indices[first]);
            var within = new List<int>();
            for (; first < indices.Length && PartOf(indices[first]) == part; first++)
                within.Add(indices[first] - offsets[part]);
            chosen.Add(parts[part].Select([.. within]));
        }
        return chosen.Count switch
        {
            0 => parts[0].Select([]),
            1 => chosen[0],
            _ => new StackedOperator(chosen),
        };
    }

    private int PartOf(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, OutputWidth);
        var part = 0;
        while (index >= offsets[part + 1])
            part++;
        return part;
    }

    private void Place(ReadOnlyBatch<double> part, int i, Batch<double> y)
    {
        for (var row = 0; row < part.Rows; row++)
            part[row].CopyTo(y[row][offsets[i]..offsets[i + 1]]);
    }
}
