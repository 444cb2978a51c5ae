using System.Numerics.Tensors;
using Sonde.Dynamics.Noise;
using Sonde.Numerics;

namespace Sonde.Dynamics.Systems;

/// <summary>
/// The states from which a <see cref="ShallowWater"/> starts: a bump somewhere. Mean and covariance are integrals over its center by the midpoint
/// rule, with centers at most a width apart, at which the rule is as good as exact for a Gaussian bump: the covariance has as many patterns as centers.
/// </summary>
internal sealed class BumpStates(Basin basin, Bump bump) : IStartingStates
{
    private const int MostCenters = 24;                 // along each side

    public void Draw(Span<double> x, RandomSource random)
    {
        var (shareX, shareY) = (random.NextDouble(), random.NextDouble());
        Place(bump.FromX + shareX * (bump.ToX - bump.FromX), bump.FromY + shareY * (bump.ToY - bump.FromY), x);
    }

    /// <summary>The Gaussian with the moments of these states.</summary>
    public DefaultPrior Prior()
    {
        var (x, y) = (Centers(bump.FromX, bump.ToX), Centers(bump.FromY, bump.ToY));
        var states = new Matrix<double>(x.Length * y.Length, 3 * basin.SizeX * basin.SizeY + 2);
        for (var k = 0; k < states.Rows; k++)
            Place(x[k % x.Length], y[k / x.Length], states[k]);
        var mean = new double[states.Width];
        for (var k = 0; k < states.Rows; k++)
            TensorPrimitives.MultiplyAdd(states[k], 1.0 / states.Rows, mean, mean);
        for (var k = 0; k < states.Rows; k++)
            TensorPrimitives.Subtract(states[k], mean, states[k]);
        TensorPrimitives.Multiply(states.Values, 1 / Math.Sqrt(states.Rows), states.Values);
        var departures = new LowRankNoise(states);
        return new DefaultPrior(mean, departures.StandardDeviations(), departures, this);
    }

    /// <summary>x ← the state with the bump at this center, and the center.</summary>
    public void Place(double centerX, double centerY, Span<double> x)
    {
        var cells = basin.SizeX * basin.SizeY;
        x.Clear();
        Span<double> across = new double[basin.SizeX];
        for (var i = 0; i < across.Length; i++)
            across[i] = Profile(-0.5 * basin.LengthX + i * basin.SpacingX - centerX);
        for (var j = 0; j < basin.SizeY; j++)
            TensorPrimitives.Multiply(
                across, bump.Amplitude * Profile(-0.5 * basin.LengthY + j * basin.SpacingY - centerY), x.Slice(2 * cells + j * basin.SizeX, basin.SizeX));
        (x[^2], x[^1]) = (centerX, centerY);
    }

    private double Profile(double distance) => Math.Exp(-0.5 * (distance / bump.Width) * (distance / bump.Width));

    private double[] Centers(double from, double to)
    {
        var count = Math.Clamp((int)Math.Ceiling((to - from) / bump.Width), 1, MostCenters);
        return [.. Enumerable.Range(0, count).Select(k => from + (k + 0.5) / count * (to - from))];
    }
}
