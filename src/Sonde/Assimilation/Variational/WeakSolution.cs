using Sonde.Calculus.Minimization;
using Sonde.Numerics;

namespace Sonde.Assimilation.Variational;

/// <summary>The states of a window that fit its observations best, and how far each is known.</summary>
/// <param name="States">[times, n].</param>
/// <param name="Covariances">One under the other, [times · n, n].</param>
/// <param name="Outcome">How the minimum was reached; null where it was not.</param>
/// <param name="Failure">Why the numbers mean nothing; null where they are sound.</param>
internal sealed record WeakSolution(Matrix<double> States, Matrix<double> Covariances, Minimization? Outcome, string? Failure = null)
{
    /// <summary>No numbers.</summary>
    public static WeakSolution Failed(string reason) => new(new(0, 0), new(0, 0), null, reason);

    /// <summary>What is believed of one state.</summary>
    public GaussianBelief Belief(int state, IReadOnlyDictionary<string, Matrix<double>> memory)
    {
        var n = States.Width;
        var covariance = new Matrix<double>(new ReadOnlyBatch<double>(Covariances.All.Slice(state * n, n).Values, n, n));
        return new GaussianBelief(States[state].ToArray(), covariance, memory);
    }
}
