using System.Numerics.Tensors;
using Sonde.Networks.Training;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Incremental;

/// <summary>
/// What observations say of a trajectory x of T states of n normalized components, as rows of G and targets in units of the errors: g = G x + ε with
/// ε white, so that −log p = ½ xᵀ a x − bᵀ x with a = GᵀG and b = Gᵀg. Operators are linearised along a trajectory.
/// </summary>
internal sealed class TrajectoryEvidence
{
    private readonly List<Part> parts = [];
    private readonly int width;

    /// <summary>Linearises.</summary>
    /// <param name="scale">Normalizes states.</param>
    /// <param name="observations">One a time.</param>
    /// <param name="along">Where operators are linearised, normalized, [T n].</param>
    public TrajectoryEvidence(NormalizedColumns<double> scale, IReadOnlyList<Observation> observations, ReadOnlySpan<double> along)
    {
        width = scale.Width;
        using var frame = Scratch.Enter();
        var units = frame.RentCleared(width, width);
        var state = frame.Rent(1, width);
        for (var i = 0; i < width; i++)
            units[i, i] = scale.Deviation[i];
        for (var time = 0; time < observations.Count; time++)
            if (observations[time].Count > 0)
            {
                var at = along.Slice(time * width, width);
                at.CopyTo(state.Values);
                scale.Restore(state);
                parts.Add(Part.Of(time, observations[time], state, at, units));
                Count += observations[time].Count;
            }
    }

    /// <summary>How many values were observed.</summary>
    public int Count { get; private set; }

    /// <summary>a += GᵀG within the band, b += Gᵀg.</summary>
    /// <param name="band">a, [T n, p + 1].</param>
    /// <param name="right">b, [T n].</param>
    /// <returns>False where an operator reads components further apart than p.</returns>
    public bool AddTo(Batch<double> band, Span<double> right)
    {
        var p = band.Width - 1;
        foreach (var part in parts)
            for (var i = 0; i < width; i++)
            {
                var row = part.Time * width + i;
                right[row] += TensorPrimitives.Dot<double>(part.Columns[i], part.Target);
                for (var j = 0; j <= i; j++)
                {
                    var product = TensorPrimitives.Dot<double>(part.Columns[i], part.Columns[j]);
                    if (i - j <= p)
                        band[row, p - i + j] += product;
                    else if (product != 0)
                        return false;
                }
            }
        return true;
    }

    /// <summary>Rows of G P, and g − G μ.</summary>
    /// <param name="mean">μ, [T n].</param>
    /// <param name="covariance">P, [T n, T n].</param>
    /// <param name="product">[Count, T n], overwritten.</param>
    /// <param name="departures">[Count], overwritten.</param>
    public void Project(ReadOnlySpan<double> mean, ReadOnlyBatch<double> covariance, Batch<double> product, Span<double> departures)
    {
        product.Clear();
        var k = 0;
        foreach (var part in parts)
            for (var j = 0; j < part.Target.Length; j++, k++)
            {
                departures[k] = part.Target[j];
                for (var i = 0; i < width; i++)
                {
                    var (row, factor) = (part.Time * width + i, part.Columns[i, j]);
                    departures[k] -= factor * mean[row];
                    if (factor != 0)
                        TensorPrimitives.MultiplyAdd(covariance[row], factor, product[k], product[k]);
                }
            }
    }

    /// <summary>result ← v Gᵀ for each row v.</summary>
    /// <param name="vectors">[any, T n].</param>
    /// <param name="result">[any, Count].</param>
    public void Apply(ReadOnlyBatch<double> vectors, Batch<double> result)
    {
        for (var row = 0; row < vectors.Rows; row++)
        {
            var k = 0;
            foreach (var part in parts)
                for (var j = 0; j < part.Target.Length; j++, k++)
                {
                    result[row, k] = 0;
                    for (var i = 0; i < width; i++)
                        result[row, k] += part.Columns[i, j] * vectors[row, part.Time * width + i];
                }
        }
    }

    /// <summary>What is observed at one time.</summary>
    /// <param name="Time">Which.</param>
    /// <param name="Columns">Columns of G, [n, m].</param>
    /// <param name="Target">g, [m].</param>
    private readonly record struct Part(int Time, Matrix<double> Columns, double[] Target)
    {
        public static Part Of(int time, Observation observation, Batch<double> state, ReadOnlySpan<double> at, ReadOnlyBatch<double> units)
        {
            using var frame = Scratch.Enter();
            var predicted = frame.Rent(1, observation.Count);
            var columns = new Matrix<double>(units.Rows, observation.Count);
            observation.Operator.Apply(state, predicted);
            observation.Operator.Tangent(state, units, columns);
            observation.Error.Whiten(columns);
            var target = observation.Values.ToArray();
            TensorPrimitives.Subtract(target, predicted.Values, target);
            observation.Error.Whiten(new Batch<double>(target));
            for (var i = 0; i < at.Length; i++)
                TensorPrimitives.MultiplyAdd(columns[i], at[i], target, target);
            return new(time, columns, target);
        }
    }
}
