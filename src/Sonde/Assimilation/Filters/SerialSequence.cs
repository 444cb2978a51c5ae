using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Sonde.Numerics;

namespace Sonde.Assimilation.Filters;

/// <summary>
/// Scalar observations in the order in which they are assimilated, each with what its assimilation does to a component of
/// mean x̄ and anomalies a: with s = w aᵀy, x̄ += s g and a += s u. Applied to each later observation and to each component
/// on its own, in any order of components and on any thread, with the same result.
/// </summary>
internal readonly struct SerialSequence
{
    private readonly PinnedRows y;              // predicted anomalies, [m, Stride], zeros after the first N
    private readonly PinnedRows u;              // what a gains for every unit of s, likewise
    private readonly PinnedRows g;              // what x̄ gains for every unit of s, [1, m]

    /// <summary>Takes the observations in the given order.</summary>
    /// <param name="predicted">Predicted anomalies in units of the errors, [N, m].</param>
    /// <param name="departure">Likewise, [m].</param>
    /// <param name="order">Which comes first, second …, [m].</param>
    /// <param name="frame">Where it is kept.</param>
    public SerialSequence(ReadOnlyBatch<double> predicted, ReadOnlySpan<double> departure, ReadOnlySpan<int> order, ScratchFrame frame)
    {
        Members = predicted.Rows;
        var stride = Padded(Members);
        y = PinnedRows.OfScratch(frame.RentCleared(order.Length, stride));
        u = PinnedRows.OfScratch(frame.RentCleared(order.Length, stride));
        g = PinnedRows.OfScratch(frame.Rent(1, order.Length));
        for (var n = 0; n < Members; n++)
        {
            var row = predicted[n];
            for (var rank = 0; rank < order.Length; rank++)
                y[rank][n] = row[order[rank]];
        }
        for (var rank = 0; rank < order.Length; rank++)
            g[0][rank] = departure[order[rank]];
    }

    /// <summary>N.</summary>
    public int Members { get; }

    /// <summary>m.</summary>
    public int Count => y.Rows;

    /// <summary>N rounded up to whole registers.</summary>
    public static int Padded(int members) => (members + 7) / 8 * 8;

    /// <summary>y of one observation, [padded N].</summary>
    public Span<double> Anomalies(int rank) => y[rank];

    /// <summary>u of one observation, [padded N].</summary>
    public ReadOnlySpan<double> Increment(int rank) => u[rank];

    /// <summary>The departure of one observation, until it is prepared; then g.</summary>
    public ref double Gain(int rank) => ref g[0][rank];

    /// <summary>Computes u and g from y and the departure, to which all earlier observations must have been applied.</summary>
    /// <param name="rank">Which observation.</param>
    /// <param name="perturbations">z, the standardized perturbations of a stochastic scheme, [N]; empty for the square root.</param>
    public void Prepare(int rank, ReadOnlySpan<double> perturbations)
    {
        var own = y[rank];
        var increment = u[rank];
        var c = Dot(own, own) + Members - 1;
        g[0][rank] /= c;
        var shrink = -1 / (c + Math.Sqrt((Members - 1) * c));
        for (var n = 0; n < Members; n++)
            increment[n] = perturbations.IsEmpty ? shrink * own[n] : (perturbations[n] - own[n]) / c;
    }

    /// <summary>Assimilates some observations, ascending, into one component.</summary>
    /// <param name="ranks">Which.</param>
    /// <param name="weights">w of each.</param>
    /// <param name="a">The component's anomalies, [padded N], zeros after the first N.</param>
    /// <returns>By how much its mean changes.</returns>
    public double Assimilate(ReadOnlySpan<int> ranks, ReadOnlySpan<double> weights, Span<double> a)
    {
        var mean = 0.0;
        for (var k = 0; k < ranks.Length; k++)
            mean += Assimilate(ranks[k], weights[k], a);
        return mean;
    }

    /// <summary>Assimilates one observation into one component.</summary>
    public double Assimilate(int rank, double weight, Span<double> a)
    {
        var s = weight * Dot(a, y[rank]);
        Add(a, s, u[rank]);
        return s * g[0][rank];
    }

    /// <summary>aᵀb for spans of whole registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = Vector512<double>.Zero;
        for (var i = 0; i <= a.Length - 8; i += 8)
            sum = Vector512.MultiplyAddEstimate(Vector512.Create(a.Slice(i, 8)), Vector512.Create(b.Slice(i, 8)), sum);
        return Vector512.Sum(sum);
    }

    /// <summary>a += s b for spans of whole registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(Span<double> a, double s, ReadOnlySpan<double> b)
    {
        var factor = Vector512.Create(s);
        for (var i = 0; i <= a.Length - 8; i += 8)
            Vector512.MultiplyAddEstimate(Vector512.Create(b.Slice(i, 8)), factor, Vector512.Create<double>(a.Slice(i, 8))).CopyTo(a.Slice(i, 8));
    }
}
