using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Assimilation.Filters;

/// <summary>The standardized perturbations z of one scalar observation after the other.</summary>
internal readonly ref struct SerialPerturbations
{
    private readonly SerialScheme scheme;
    private readonly RandomSource random;
    private readonly Span<double> z;            // [N]
    private readonly Span<double> direction;    // v, orthogonal to 1 and to all anomalies; of second-order exact sampling only

    /// <summary>Prepares draws for N members.</summary>
    public SerialPerturbations(SerialScheme scheme, int members, RandomSource random, ScratchFrame frame)
    {
        (this.scheme, this.random) = (scheme, random);
        z = frame.Rent(1, members)[0];
        direction = frame.Rent(1, SerialSequence.Padded(members))[0];
        direction.Clear();
    }

    /// <summary>z for the observation of anomalies y: empty for the square root, which perturbs nothing.</summary>
    public ReadOnlySpan<double> Next(ReadOnlySpan<double> y)
    {
        var n = z.Length;
        switch (scheme)
        {
            case SerialScheme.SquareRoot:
                return [];
            case SerialScheme.SecondOrderExact:
                var sign = random.NextDouble() < 0.5 ? -1 : 1;
                TensorPrimitives.Multiply(direction[..n], sign * Math.Sqrt(n - 1), z);
                TensorPrimitives.Subtract(z, y[..n], direction[..n]);                  // orthogonal to the updated anomalies
                TensorPrimitives.Divide(direction[..n], TensorPrimitives.Norm<double>(direction[..n]), direction[..n]);
                return z;
            default:
                random.FillNormal(z);
                TensorPrimitives.Subtract(z, TensorPrimitives.Sum<double>(z) / n, z);
                var scale = scheme == SerialScheme.UnitVariance ? Math.Sqrt((n - 1) / TensorPrimitives.SumOfSquares<double>(z)) : Math.Sqrt(n / (n - 1.0));
                TensorPrimitives.Multiply(z, scale, z);
                return z;
        }
    }

    /// <summary>
    /// Removes the direction v in which the ensemble spreads least from its anomalies, T ← (I − v vᵀ) T, and from those
    /// predicted, so that perturbations along v are correlated with nothing. Hoteit et al. (2015), section 3.
    /// </summary>
    /// <returns>False where numbers failed.</returns>
    public bool FreeOneDirection(Batch<double> members, SerialSequence sequence, Batch<double> transform)
    {
        var n = z.Length;
        using var frame = Scratch.Enter();
        var anomalies = frame.Rent(n, members.Width);
        var gram = frame.Rent(n, n);
        var values = frame.Rent(1, n)[0];
        var vectors = frame.Rent(n, n);
        members.CopyTo(anomalies);
        Moments.Center(anomalies, frame.Rent(1, members.Width)[0]);
        Dense.Gram(anomalies, gram);
        var trace = 0.0;
        for (var i = 0; i < n; i++)
            trace += gram[i, i];
        TensorPrimitives.Add(gram.Values, trace + 1, gram.Values);                     // moves 1, the trivial null direction, to the far end
        if (!SymmetricEigen.Decompose(gram, values, vectors))
            return false;
        vectors[0].CopyTo(direction);
        for (var i = 0; i < n; i++)
            SerialSequence.Add(transform[i], -direction[i], direction);
        for (var rank = 0; rank < sequence.Count; rank++)
            SerialSequence.Add(sequence.Anomalies(rank), -SerialSequence.Dot(sequence.Anomalies(rank), direction), direction);
        return true;
    }
}
