using Sonde.Dynamics.Noise;
using Sonde.Numerics;

namespace Sonde.Assimilation.Inflation;

/// <summary>
/// Noise added to the analysis members: xₙ ← xₙ + (N/(N − 1))^½ (ηₙ − η̄) with ηₙ ~ N(0, Q), which leaves the mean alone and
/// adds Q to the covariance in expectation. Whitaker, Hamill, Wei, Song, Toth, Monthly Weather Review 136 (2008).
/// </summary>
/// <param name="StandardDeviation">Of every component, where there is no <paramref name="Noise"/>; 0 or more.</param>
/// <param name="Noise">Noise of any covariance Q; null for that of <paramref name="StandardDeviation"/>.</param>
public sealed record AdditiveInflation(double StandardDeviation = 0, IGaussianNoise? Noise = null)
{
    /// <inheritdoc cref="AdditiveInflation(double, IGaussianNoise)" path="/param[@name='StandardDeviation']"/>
    public double StandardDeviation { get; init; } = Check.AtLeast(0, StandardDeviation, nameof(StandardDeviation));

    /// <summary>Why this cannot serve states of this width; null where it can.</summary>
    internal string? Refuses(int width) => Noise is { } noise && noise.Width != width
        ? $"The noise of additive inflation has {noise.Width} components but the state has {width}."
        : null;

    /// <summary>Adds the noise; that of member n is drawn from <c>random.Fork(n)</c>.</summary>
    internal void Apply(Matrix<double> members, RandomSource random, Workers workers)
    {
        var draws = new Matrix<double>(members.Rows, members.Width);
        var factor = Math.Sqrt(members.Rows / (members.Rows - 1.0));
        workers.ForBlocks(members.Rows, 1, (first, count) =>
        {
            for (var n = first; n < first + count; n++)
                if (Noise is null)
                    random.Fork(n).FillNormal(draws[n]);
                else
                    Noise.AddDraw(draws[n], factor, random.Fork(n));
        });
        var noise = draws.All;
        if (Noise is null)
            noise *= factor * StandardDeviation;
        using var frame = Scratch.Enter();
        Moments.Center(noise, frame.Rent(1, members.Width)[0]);
        var all = members.All;
        all += (ReadOnlyBatch<double>)draws;
    }
}
