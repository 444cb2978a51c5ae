using Sonde.Assimilation.Filters;
using Sonde.Dynamics.Noise;
using Sonde.Numerics;

namespace Sonde.Assimilation.Inflation;

/// <summary>
/// Noise added to the analysis members: xₙ ← xₙ + (N/(N − 1))^½ (ηₙ − η̄) with ηₙ ~ N(0, Q), which leaves the mean alone and
/// adds Q to the covariance in expectation. Whitaker, Hamill, Wei, Song, Toth, Monthly Weather Review 136 (2008).
/// </summary>
/// <param name="StandardDeviation">Of every component, where there is no <see cref="Noise"/>; 0 or more.</param>
public sealed record AdditiveInflation(double StandardDeviation = 0)
{
    /// <inheritdoc cref="AdditiveInflation(double)" path="/param[@name='StandardDeviation']"/>
    public double StandardDeviation { get; init; } = Check.AtLeast(0, StandardDeviation, nameof(StandardDeviation));

    /// <summary>Noise of any covariance Q, in place of that of <see cref="StandardDeviation"/>.</summary>
    public IGaussianNoise? Noise { get; init; }

    /// <summary>Why this cannot serve states of this width; null where it can.</summary>
    internal string? Refuses(int width) => Noise is { } noise && noise.Width != width
        ? $"The noise of additive inflation has {noise.Width} components but the state has {width}."
        : null;

    /// <summary>Adds the noise; that of member n is drawn from <c>random.Fork(n)</c>.</summary>
    internal void Apply(Batch<double> members, RandomSource random, Workers workers)
    {
        using var frame = Scratch.Enter();
        var draws = frame.RentCleared(members.Rows, members.Width);
        var pinned = PinnedRows.OfScratch(draws);
        workers.ForBlocks(members.Rows, 1, (n, _) =>
        {
            if (Noise is null)
                random.Fork(n).FillNormal(pinned[n]);
            else
                Noise.AddDraw(pinned[n], 1, random.Fork(n));
        });
        Moments.Center(draws, frame.Rent(1, members.Width)[0]);
        members += Math.Sqrt(members.Rows / (members.Rows - 1.0)) * (Noise is null ? StandardDeviation : 1) * draws;
    }
}
