using System.Numerics.Tensors;
using Sonde.Assimilation.Baselines;
using Sonde.Dynamics;
using Sonde.Dynamics.Noise;
using Sonde.Numerics;

namespace Sonde.Assimilation.Variational;

/// <summary>
/// x_b and B of methods that control one state, B by a root that is held as small as it can be: standard deviations, the few patterns of a covariance
/// of low rank, the correlation that the system itself knows, and a matrix where it is nothing of these. It travels in a belief's memory.
/// </summary>
internal static class StrongBackground
{
    private const string Deviations = "background deviations", Share = "share of the system's deviations", Rows = "background rows";

    /// <summary>The prior's moments, and in their memory the root of factor × B.</summary>
    public static GaussianBelief Begin(StaticBackground background, double factor, AssimilationProblem problem, IPrior prior)
    {
        var width = problem.System.Width;
        if (background == StaticBackground.Identity)
            return With(prior, Deviations, Filled(width, Math.Sqrt(factor)));
        if (background == StaticBackground.Prior && prior is CorrelatedPrior { Departures: IRootedNoise noise } correlated)
        {
            if (noise.Modes <= MinimizerChoice.Small)
            {
                var rows = new Matrix<double>(noise.Modes, width);
                new NoiseRoot(noise, Math.Sqrt(factor)).Place(Matrix<double>.Identity(noise.Modes), rows);
                return With(prior, Rows, rows);
            }
            if (ReferenceEquals(correlated.Departures, problem.System.DefaultPrior?.Correlated))
                return With(prior, Share, Filled(1, Math.Sqrt(factor)));
        }
        if (background == StaticBackground.Prior && prior is GaussianPrior && prior.Moments() is { Covariance: null } moments)
        {
            var deviations = new Matrix<double>(1, width);
            moments.Variance(deviations[0]);
            for (var i = 0; i < width; i++)
                deviations[0, i] = Math.Sqrt(factor * deviations[0, i]);
            return With(prior, Deviations, deviations);
        }
        return With(prior, Rows, VariationalBackground.RootOf(StaticBelief.Of(background, factor, problem, prior).Covariance!));
    }

    /// <summary>What a later window's belief remembers where B is the covariance of x_b: factor × CᵀC with these rows.</summary>
    public static IReadOnlyDictionary<string, Matrix<double>> Remember(ReadOnlyBatch<double> rows, double factor)
    {
        var scaled = new Matrix<double>(rows);
        TensorPrimitives.Multiply(scaled.Values, Math.Sqrt(factor), scaled.Values);
        return new Dictionary<string, Matrix<double>> { [Rows] = scaled };
    }

    /// <summary>Z of a belief that <see cref="Begin"/> or a later window made.</summary>
    /// <exception cref="ArgumentException">The belief was made by another method.</exception>
    public static IBackgroundRoot RootOf(IBelief belief, IDynamicalSystem system) =>
        belief.Memory.TryGetValue(Deviations, out var deviations) ? new NoiseRoot(new DiagonalNoise(deviations.Values.ToArray()), 1)
        : belief.Memory.TryGetValue(Share, out var share) && system.DefaultPrior?.Correlated is IRootedNoise noise ? new NoiseRoot(noise, share[0, 0])
        : new DenseRoot(StaticBelief.Recall(belief, Rows));

    /// <summary>The same, or that of the background that a guess puts in its place.</summary>
    public static IBackgroundRoot RootOf(IBelief belief, WindowGuess guess, IDynamicalSystem system)
    {
        if (guess.Background is not { } given)
            return RootOf(belief, system);
        if (given.Covariance is { } covariance)
            return new DenseRoot(VariationalBackground.RootOf(covariance));
        var deviations = new double[given.Width];
        given.Variance(deviations);
        TensorPrimitives.Sqrt(deviations, deviations);
        return new NoiseRoot(new DiagonalNoise(deviations), 1);
    }

    /// <summary>Moments of a prior without a matrix where the state is large and there is another way.</summary>
    private static GaussianBelief With(IPrior prior, string name, Matrix<double> root)
    {
        var memory = new Dictionary<string, Matrix<double>> { [name] = root };
        if (prior is CorrelatedPrior correlated && correlated.Mean.Count > MinimizerChoice.Small)
            return new GaussianBelief([.. correlated.Mean], [.. correlated.Departures.StandardDeviations().Select(sd => sd * sd)], memory);
        var moments = prior.Moments();
        var variances = new double[moments.Width];
        moments.Variance(variances);
        return moments.Covariance is { } covariance
            ? new GaussianBelief([.. moments.MeanState], covariance.Copy(), memory)
            : new GaussianBelief([.. moments.MeanState], variances, memory);
    }

    private static Matrix<double> Filled(int width, double value)
    {
        var row = new Matrix<double>(1, width);
        row.Values.Fill(value);
        return row;
    }
}
