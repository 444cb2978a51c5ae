using System.Numerics.Tensors;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Filters;

/// <summary>
/// The deterministic ensemble Kalman filter: x̄ ← x̄ + K (y − H(E)‾) and A ← A − ½ K Y, which for small KH is the Kalman
/// covariance and never less. Sakov, Oke, Tellus A 60 (2008), eqs. 9-13.
/// </summary>
public sealed record Denkf : IEnsembleUpdate
{
    /// <inheritdoc/>
    public AnalysisStatus Update(Batch<double> members, Batch<double> predicted, Observation observation, UpdateContext context)
    {
        using var frame = Scratch.Enter();
        var departure = frame.Rent(1, predicted.Width)[0];
        var innovations = frame.Rent(predicted.Rows, predicted.Width);
        Innovation.Whiten(predicted, observation, departure);
        for (var n = 0; n < predicted.Rows; n++)
            TensorPrimitives.MultiplyAdd(predicted[n], -0.5, departure, innovations[n]);
        var degreesOfFreedom = KalmanGain.Apply(members, predicted, innovations, context.Workers);
        context.Observer.OnDiagnostic(observation, Diagnostic.DegreesOfFreedom, degreesOfFreedom);
        return double.IsNaN(degreesOfFreedom) ? AnalysisStatus.Diverged : AnalysisStatus.Sound;
    }
}
