using Sonde.Numerics;

namespace Sonde.Observing.Errors;

/// <summary>Errors of several networks at one time: independent from part to part, R block diagonal.</summary>
public sealed class StackedError : IObservationError
{
    private readonly IObservationError[] parts;
    private readonly int[] offsets;
    private readonly double[] deviations;

    /// <summary>Values of the first part, then of the second …</summary>
    /// <exception cref="ArgumentException">There is no part.</exception>
    public StackedError(IReadOnlyList<IObservationError> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        if (parts.Count == 0)
            throw new ArgumentException("At least 1 part is needed, not 0.", nameof(parts));
        this.parts = [.. parts];
        offsets = new int[parts.Count + 1];
        for (var i = 0; i < parts.Count; i++)
            offsets[i + 1] = checked(offsets[i] + parts[i].Width);
        deviations = new double[Width];
        for (var i = 0; i < parts.Count; i++)
            parts[i].StandardDeviations.CopyTo(deviations.AsSpan(offsets[i]));
    }

    /// <inheritdoc/>
    public int Width => offsets[^1];

    /// <inheritdoc/>
    public bool IsDiagonal => Array.TrueForAll(parts, part => part.IsDiagonal);

    /// <inheritdoc/>
    public ReadOnlySpan<double> StandardDeviations => deviations;

    /// <inheritdoc/>
    public void Whiten(Batch<double> rows) => Each(rows, (part, own) => part.Whiten(own));

    /// <inheritdoc/>
    public void WhitenTransposed(Batch<double> rows) => Each(rows, (part, own) => part.WhitenTransposed(own));

    /// <inheritdoc/>
    public void Color(Batch<double> rows) => Each(rows, (part, own) => part.Color(own));

    /// <inheritdoc/>
    public void Sample(Batch<double> rows, RandomSource random)
    {
        using var frame = Scratch.Enter();
        for (var i = 0; i < parts.Length; i++)
        {
            var own = frame.Rent(rows.Rows, parts[i].Width);
            parts[i].Sample(own, random.Fork(i));
            Place(own, i, rows);
        }
    }

    /// <inheritdoc/>
    public void AddCovariance(Batch<double> covariance)
    {
        using var frame = Scratch.Enter();
        for (var i = 0; i < parts.Length; i++)
        {
            var own = frame.RentCleared(parts[i].Width, parts[i].Width);
            parts[i].AddCovariance(own);
            for (var a = 0; a < own.Rows; a++)
                for (var b = 0; b < own.Width; b++)
                    covariance[offsets[i] + a, offsets[i] + b] += own[a, b];
        }
    }

    /// <inheritdoc/>
    public void LogDensity(ReadOnlyBatch<double> departures, Span<double> result)
    {
        using var frame = Scratch.Enter();
        var one = frame.Rent(1, departures.Rows)[0];
        result[..departures.Rows].Clear();
        for (var i = 0; i < parts.Length; i++)
        {
            var own = frame.Rent(departures.Rows, parts[i].Width);
            Take(departures, i, own);
            parts[i].LogDensity(own, one);
            for (var row = 0; row < one.Length; row++)
                result[row] += one[row];
        }
    }

    /// <inheritdoc/>
    /// <remarks>A correlated part whose values end up apart is joined with all others into one covariance.</remarks>
    public IObservationError Select(ReadOnlySpan<int> indices)
    {
        var chosen = new List<IObservationError>();
        var seen = new HashSet<int>();
        for (var first = 0; first < indices.Length;)
        {
            var part = PartOf(indices[first]);
            if (!seen.Add(part) && !parts[part].IsDiagonal)
                return Joined(indices);
            var within = new List<int>();
            for (; first < indices.Length && PartOf(indices[first]) == part; first++)
                within.Add(indices[first] - offsets[part]);
            chosen.Add(parts[part].Select([.. within]));
        }
        return chosen.Count switch
        {
            0 => parts[0].Select([]),
            1 => chosen[0],
            _ => new StackedError(chosen),
        };
    }

    private CorrelatedError Joined(ReadOnlySpan<int> indices)
    {
        var all = new Matrix<double>(Width, Width);
        AddCovariance(all);
        var marginal = new Matrix<double>(indices.Length, indices.Length);
        for (var i = 0; i < indices.Length; i++)
            for (var j = 0; j < indices.Length; j++)
                marginal[i, j] = all[indices[i], indices[j]];
        return new CorrelatedError(marginal);
    }

    private int PartOf(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Width);
        var part = 0;
        while (index >= offsets[part + 1])
            part++;
        return part;
    }

    private delegate void OnPart(IObservationError part, Batch<double> own);

    private void Each(Batch<double> rows, OnPart work)
    {
        using var frame = Scratch.Enter();
        for (var i = 0; i < parts.Length; i++)
        {
            var own = frame.Rent(rows.Rows, parts[i].Width);
            Take(rows, i, own);
            work(parts[i], own);
            Place(own, i, rows);
        }
    }

    private void Take(ReadOnlyBatch<double> rows, int i, Batch<double> own)
    {
        for (var row = 0; row < rows.Rows; row++)
            rows[row][offsets[i]..offsets[i + 1]].CopyTo(own[row]);
    }

    private void Place(ReadOnlyBatch<double> own, int i, Batch<double> rows)
    {
        for (var row = 0; row < rows.Rows; row++)
            own[row].CopyTo(rows[row][offsets[i]..offsets[i + 1]]);
    }
}
