using Sonde.Numerics;

namespace Sonde.Assimilation;

/// <summary>Independent components, each uniform between two bounds.</summary>
public sealed class UniformPrior : IPrior
{
    private readonly double[] from, to;

    /// <summary>A box.</summary>
    /// <param name="from">Lower bounds, [width].</param>
    /// <param name="to">Upper bounds, [width], none below its lower one.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a bound is not finite or below its lower one.</exception>
    public UniformPrior(double[] from, double[] to)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        if (from.Length != to.Length)
            throw new ArgumentException($"There are {from.Length} lower bounds but {to.Length} upper ones.", nameof(to));
        for (var i = 0; i < from.Length; i++)
            if (!(from[i] <= to[i]) || !double.IsFinite(from[i]) || !double.IsFinite(to[i]))
                throw new ArgumentException($"Component {i} lies between {from[i]} and {to[i]}; the bounds must be finite and rising.", nameof(to));
        (this.from, this.to) = (from, to);
    }

    /// <inheritdoc/>
    public void Sample(Batch<double> members, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        for (var n = 0; n < members.Rows; n++)
        {
            var own = random.Fork(n);
            for (var i = 0; i < from.Length; i++)
                members[n, i] = from[i] + (to[i] - from[i]) * own.NextDouble();
        }
    }

    /// <summary>The center of the box, and a twelfth of its squared sides.</summary>
    public GaussianBelief Moments() => new(
        [.. from.Zip(to, (low, high) => 0.5 * (low + high))], [.. from.Zip(to, (low, high) => (high - low) * (high - low) / 12)]);
}
