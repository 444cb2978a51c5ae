using Sonde.Assimilation;
using Sonde.Numerics;
using Sonde.Surrogates;

namespace Sonde.Experiments.Running;

/// <summary>Rows of a surrogate at time 0, of parameters that another prior draws. As a Gaussian it is the moments of what they start from.</summary>
/// <param name="drawn">Draws rows that hold the parameters.</param>
/// <param name="width">Of such a row.</param>
/// <param name="columns">Where each of the surrogate's parameters stands in it.</param>
/// <param name="surrogate">What they start.</param>
/// <param name="random">Of the draws that moments are made of.</param>
internal sealed class StartedPrior(IPrior drawn, int width, int[] columns, LatentSurrogate surrogate, RandomSource random) : IPrior
{
    private const int RowsAtOnce = 16, Blocks = 32;
    private readonly Lazy<Matrix<double>> states = new(() => Draws(drawn, width, columns, surrogate, random));

    /// <summary>Of a prior that draws the surrogate's parameters and nothing else.</summary>
    public static StartedPrior Of(IPrior parameters, LatentSurrogate surrogate, RandomSource random) =>
        new(parameters, surrogate.Ranges.Count, [.. Enumerable.Range(0, surrogate.Ranges.Count)], surrogate, random.Fork("moments"));

    /// <summary>The draws that moments are made of, [draws, width of the surrogate].</summary>
    public Matrix<double> States => states.Value;

    /// <inheritdoc/>
    public void Sample(Batch<double> members, RandomSource random) => Sample(drawn, width, columns, surrogate, members, random);

    /// <inheritdoc/>
    public GaussianBelief Moments() => new EmpiricalPrior(States).Moments();

    private static Matrix<double> Draws(IPrior drawn, int width, int[] columns, LatentSurrogate surrogate, RandomSource random)
    {
        var states = new Matrix<double>(Blocks * RowsAtOnce, surrogate.Width);
        for (var block = 0; block < Blocks; block++)
            Sample(drawn, width, columns, surrogate, states.All.Slice(block * RowsAtOnce, RowsAtOnce), random.Fork(block));
        return states;
    }

    private static void Sample(IPrior drawn, int width, int[] columns, LatentSurrogate surrogate, Batch<double> members, RandomSource random)
    {
        var (rows, parameters) = (new Matrix<double>(members.Rows, width), new Matrix<double>(members.Rows, columns.Length));
        drawn.Sample(rows, random);
        for (var n = 0; n < rows.Rows; n++)
            for (var p = 0; p < columns.Length; p++)
                parameters[n, p] = rows[n, columns[p]];
        surrogate.Start(parameters, members);
    }
}
