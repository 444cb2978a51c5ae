using System.Numerics.Tensors;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Filters;

/// <summary>
/// The ensemble Kalman filter with perturbed observations: xₙ ← xₙ + K (y + εₙ − H(xₙ)), K = PHᵀ (HPHᵀ + R)⁻¹ with P of the
/// ensemble. The perturbations εₙ ~ N(0, R) are centred and scaled by (N/(N − 1))^½, so that their mean is exact and their
/// covariance right in expectation. Burgers, van Leeuwen, Evensen, Monthly Weather Review 126 (1998), eqs. 13-16.
/// </summary>
public sealed record StochasticEnkf : IEnsembleUpdate
{
    /// <inheritdoc/>
    public AnalysisStatus Update(Batch<double> members, Batch<double> predicted, Observation observation, UpdateContext context)
    {
        var (n, m) = (predicted.Rows, predicted.Width);
        using var frame = Scratch.Enter();
        var departure = frame.Rent(1, m)[0];
        var innovations = frame.Rent(n, m);
        Innovation.Whiten(predicted, observation, departure);
        observation.Error.Sample(innovations, context.Random);
        observation.Error.Whiten(innovations);
        Center(innovations);
        for (var i = 0; i < n; i++)                                     // y + ε − H(x) = (y − ȳ) + ε − Y
        {
            TensorPrimitives.Subtract(innovations[i], predicted[i], innovations[i]);
            TensorPrimitives.Add(innovations[i], departure, innovations[i]);
        }
        var degreesOfFreedom = KalmanGain.Apply(members, predicted, innovations, context.Workers);
        context.Observer.OnDiagnostic(observation, Diagnostic.DegreesOfFreedom, degreesOfFreedom);
        return double.IsNaN(degreesOfFreedom) ? AnalysisStatus.Diverged : AnalysisStatus.Sound;
    }

    private static void Center(Batch<double> perturbations)
    {
        using var frame = Scratch.Enter();
        var mean = frame.Rent(1, perturbations.Width)[0];
        Moments.Center(perturbations, mean);
        perturbations *= Math.Sqrt(perturbations.Rows / (perturbations.Rows - 1.0));
    }
}
