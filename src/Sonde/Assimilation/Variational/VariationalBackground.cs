using System.Numerics.Tensors;
using Sonde.Assimilation.Baselines;
using Sonde.Numerics;

namespace Sonde.Assimilation.Variational;

/// <summary>The background of variational methods: a state that moves from window to window and a static B that travels with it as a root.</summary>
internal static class VariationalBackground
{
    private const string Name = "background root";

    /// <summary>The prior's moments, and in their memory rows Z with Zᵀ Z = factor × B.</summary>
    public static GaussianBelief Begin(StaticBackground background, double factor, AssimilationProblem problem, IPrior prior)
    {
        var moments = BeliefConversion.ToGaussian(prior.Moments());
        return new GaussianBelief(
            [.. moments.MeanState], moments.Covariance!.Copy(),
            new Dictionary<string, Matrix<double>> { [Name] = RootOf(StaticBelief.Of(background, factor, problem, prior).Covariance!) });
    }

    /// <summary>Z of a belief that <see cref="Begin"/> or a later window made.</summary>
    public static Matrix<double> Root(IBelief belief) => StaticBelief.Recall(belief, Name);

    /// <summary>The same, or that of the background that a guess puts in its place.</summary>
    public static Matrix<double> Root(IBelief belief, WindowGuess guess) =>
        guess.Background is { } given ? RootOf(BeliefConversion.ToGaussian(given).Covariance!) : Root(belief);

    /// <summary>v with v Z as near a departure as can be.</summary>
    /// <param name="root">Z with orthogonal rows, as <see cref="RootOf"/> makes them; rows of zeros get 0.</param>
    /// <param name="departure">[n].</param>
    /// <param name="v">[r], overwritten.</param>
    public static void Controls(ReadOnlyBatch<double> root, ReadOnlySpan<double> departure, Span<double> v)
    {
        for (var i = 0; i < root.Rows; i++)
            v[i] = TensorPrimitives.SumOfSquares(root[i]) is > 0 and var square ? TensorPrimitives.Dot(root[i], departure) / square : 0;
    }

    /// <summary>Rows Z with Zᵀ Z = covariance, orthogonal; not a number where it is not finite.</summary>
    public static Matrix<double> RootOf(Matrix<double> covariance)
    {
        var root = new Matrix<double>(covariance.Rows, covariance.Rows);
        if (!CovarianceRoot.Rows(covariance, root))
            root.Values.Fill(double.NaN);
        return root;
    }
}
