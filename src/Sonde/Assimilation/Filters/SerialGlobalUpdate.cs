using System.Numerics.Tensors;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Filters;

/// <summary>
/// Serial assimilation in which every observation reaches everything: the updates are collected in an N × N transform T and
/// weights w̄ of the mean, T ← (I + u yᵀ) T and w̄ ← w̄ + g Tᵀy, and the ensemble is read once.
/// </summary>
internal static class SerialGlobalUpdate
{
    public static AnalysisStatus Apply(
        Batch<double> members, Batch<double> predicted, SerialSequence sequence, SerialScheme scheme,
        Observation observation, UpdateContext context, RandomSource random)
    {
        var (n, stride) = (sequence.Members, SerialSequence.Padded(sequence.Members));
        using var frame = Scratch.Enter();
        var transform = frame.RentCleared(n, stride);
        var weights = frame.RentCleared(1, stride)[0];
        var combined = frame.Rent(1, stride)[0];
        for (var i = 0; i < n; i++)
            transform[i, i] = 1;
        var perturbations = new SerialPerturbations(scheme, n, random, frame);
        if (scheme == SerialScheme.SecondOrderExact && !perturbations.FreeOneDirection(members, sequence, transform))
            return AnalysisStatus.Diverged;

        for (var rank = 0; rank < sequence.Count; rank++)
        {
            var y = sequence.Anomalies(rank);
            sequence.Prepare(rank, perturbations.Next(y));
            combined.Clear();
            for (var i = 0; i < n; i++)
                SerialSequence.Add(combined, y[i], transform[i]);
            SerialSequence.Add(weights, sequence.Gain(rank), combined);
            var u = sequence.Increment(rank);
            for (var i = 0; i < n; i++)
                SerialSequence.Add(transform[i], u[i], combined);
            for (var later = rank + 1; later < sequence.Count; later++)
                sequence.Gain(later) -= sequence.Assimilate(rank, 1, sequence.Anomalies(later));
        }

        var packed = frame.Rent(n, n);
        for (var i = 0; i < n; i++)
            transform[i][..n].CopyTo(packed[i]);
        context.Observer.OnDiagnostic(observation, Diagnostic.DegreesOfFreedom, DegreesOfFreedom(packed, predicted));
        for (var i = 0; i < n; i++)
            TensorPrimitives.Add(packed[i], weights[..n], packed[i]);
        EnsembleTransform.Apply(members, packed, context.Workers);
        return AnalysisStatus.Sound;
    }

    /// <summary>tr(HPᵃHᵀR⁻¹) = |T Y|² / (N − 1).</summary>
    private static double DegreesOfFreedom(ReadOnlyBatch<double> transform, ReadOnlyBatch<double> y)
    {
        using var frame = Scratch.Enter();
        var product = frame.Rent(y.Rows, y.Width);
        Dense.Multiply(transform, y, product);
        return TensorPrimitives.SumOfSquares<double>(product.Values) / (y.Rows - 1);
    }
}
