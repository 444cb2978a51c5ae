using Sonde.Dynamics.Noise;
using Sonde.Numerics;

namespace Sonde.Dynamics;

/// <summary>Gaussian states of which some parameters are uniform between two bounds, independent of everything else.</summary>
public sealed class UniformParameters : IStartingStates
{
    private readonly double[] mean;
    private readonly IGaussianNoise departures;
    private readonly (int Component, double Least, double Greatest)[] bounds;

    private UniformParameters(double[] mean, IGaussianNoise departures, (int Component, double Least, double Greatest)[] bounds) =>
        (this.mean, this.departures, this.bounds) = (mean, departures, bounds);

    /// <summary>A prior as it is, or, where parameters at the end of its rows are uniform, as states to draw.</summary>
    /// <param name="gaussian">The moments of all components.</param>
    /// <param name="uncertain">The trailing components of a row.</param>
    public static DefaultPrior Among(DefaultPrior gaussian, IReadOnlyList<UncertainParameter> uncertain)
    {
        ArgumentNullException.ThrowIfNull(gaussian);
        ArgumentNullException.ThrowIfNull(uncertain);
        var first = gaussian.Mean.Length - uncertain.Count;
        (int, double, double)[] bounds = [.. uncertain.Index().Where(one => one.Item.IsUniform).Select(one => (first + one.Index, one.Item.Least!.Value, one.Item.Greatest!.Value))];
        if (bounds.Length == 0)
            return gaussian;
        var departures = gaussian.Correlated ?? new DiagonalNoise(gaussian.StandardDeviation);
        return gaussian with { Correlated = departures, States = new UniformParameters(gaussian.Mean, departures, bounds) };
    }

    /// <summary>The same parameters with other Gaussian states around them.</summary>
    /// <param name="states">[width]; what it says of uniform parameters does not count.</param>
    /// <param name="deviations">[width]; what it says of uniform parameters does not count.</param>
    public DefaultPrior Around(double[] states, double[] deviations)
    {
        double[] middle = [.. states], spread = [.. deviations];
        foreach (var (component, least, greatest) in bounds)
            (middle[component], spread[component]) = (0.5 * (least + greatest), (greatest - least) / Math.Sqrt(12));
        var noise = new DiagonalNoise(spread);
        return new DefaultPrior(middle, spread, noise, new UniformParameters(middle, noise, bounds));
    }

    /// <inheritdoc/>
    public void Draw(Span<double> x, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        mean.CopyTo(x);
        departures.AddDraw(x, 1, random);
        foreach (var (component, least, greatest) in bounds)
            x[component] = least + (greatest - least) * random.Fork(component).NextDouble();
    }
}
