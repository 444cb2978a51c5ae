using Sonde.Dynamics;
using Sonde.Dynamics.Noise;
using Sonde.Numerics;

namespace Sonde.Assimilation;

/// <summary>N(mean, C) with C as a noise that can be drawn: correlated in space, without a dense factor. Or states to draw, of which these are the moments.</summary>
public sealed class CorrelatedPrior : IPrior
{
    private readonly double[] mean;
    private readonly IGaussianNoise departures;
    private readonly IStartingStates? states;

    /// <summary>A mean and departures from it.</summary>
    /// <param name="mean">[width].</param>
    /// <param name="departures">Of covariance C.</param>
    /// <param name="states">Draws members where they are not Gaussian; null where they are.</param>
    /// <exception cref="ArgumentException">The widths differ.</exception>
    public CorrelatedPrior(double[] mean, IGaussianNoise departures, IStartingStates? states = null)
    {
        if (mean.Length != departures.Width)
            throw new ArgumentException($"The mean has {mean.Length} components but the departures have {departures.Width}.", nameof(departures));
        (this.mean, this.departures, this.states) = (mean, departures, states);
    }

    /// <summary>What is drawn and added to the mean.</summary>
    public IGaussianNoise Departures => departures;

    /// <summary>The mean, [width].</summary>
    public IReadOnlyList<double> Mean => mean;

    /// <inheritdoc/>
    public void Sample(Batch<double> members, RandomSource random)
    {
        for (var n = 0; n < members.Rows; n++)
        {
            if (states is not null)
            {
                states.Draw(members[n], random.Fork(n));
                continue;
            }
            mean.CopyTo(members[n]);
            departures.AddDraw(members[n], 1, random.Fork(n));
        }
    }

    /// <inheritdoc/>
    public GaussianBelief Moments()
    {
        var covariance = new Matrix<double>(mean.Length, mean.Length);
        departures.AddCovariance(1, covariance);
        return new GaussianBelief([.. mean], covariance);
    }
}
