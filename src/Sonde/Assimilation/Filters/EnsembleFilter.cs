using Sonde.Assimilation.Inflation;
using Sonde.Dynamics;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Filters;

/// <summary>
/// A sequential ensemble filter: members are carried to each observation time and updated there, one time after the other.
/// After the update come, in this order: relaxation, inflation, rotation, additive inflation. Relaxation mixes each
/// member's analysis with its own forecast, which only makes sense before members are rotated among each other.
/// </summary>
/// <param name="Update">The analysis step.</param>
/// <param name="Members">N, at least 2.</param>
/// <param name="Inflation">A factor on the analysis anomalies, above 0; 1 is none (DAPPER's convention; on the variance it acts as its square).</param>
/// <param name="Rotate">Whether anomalies are multiplied by a random orthogonal matrix that keeps mean and covariance.</param>
/// <param name="Relaxation">Draws the analysis anomalies back to those of the forecast; null for none.</param>
/// <param name="Additive">Noise added to the analysis members; null for none.</param>
/// <param name="Adaptive">Inflation of the forecast that learns from innovations; null for none.</param>
public sealed record EnsembleFilter(
    IEnsembleUpdate Update, int Members, double Inflation = 1, bool Rotate = false,
    Relaxation? Relaxation = null, AdditiveInflation? Additive = null, AdaptiveInflation? Adaptive = null) : IAssimilationMethod
{
    /// <inheritdoc cref="EnsembleFilter" path="/param[@name='Members']"/>
    public int Members { get; init; } = Check.AtLeast(2, Members, nameof(Members));

    /// <inheritdoc cref="EnsembleFilter" path="/param[@name='Inflation']"/>
    public double Inflation { get; init; } = Check.Positive(Inflation, nameof(Inflation));

    /// <inheritdoc/>
    public string? Refuses(AssimilationProblem problem) =>
        Update is ILocalizedUpdate { Localization: not null } && problem.System.Domain.Space.Dimensions == 0
            ? "The components of this system have no place, so that observations cannot be localized."
            : Additive?.Refuses(problem.System.Width);

    /// <inheritdoc/>
    public IBelief Begin(AssimilationProblem problem, IPrior prior, RandomSource random) => EnsembleCycle.Begin(Members, problem, prior, random);

    /// <inheritdoc/>
    public Analysis Assimilate(AssimilationWindow window, IBelief background, RandomSource random)
    {
        var members = BeliefConversion.ToEnsemble(background, Members, random).Members;
        var memory = new Dictionary<string, Matrix<double>>(background.Memory);
        var belief = new EnsembleBelief(members, null, memory);
        var (at, status) = (window.Start, AnalysisStatus.Sound);
        for (var k = window.FirstNew; k < window.Observations.Count; k++)
        {
            var observation = window.Observations[k];
            var step = random.Fork(k - window.FirstNew);
            Forecast.Run(window.System, window.Grid, at, observation.At, members, step.Fork("forecast"), window.Workers);
            at = observation.At;
            if (Soundness.OfForecast(members, observation) is { } fault)
                return new Analysis(belief, AnalysisStatus.Diverged, fault);
            var context = new UpdateContext(window.System.Domain, window.Workers, step.Fork("update"), window.Observer) { Memory = memory };
            var analysis = Analyze(window, belief, ref observation, context);
            if (analysis.Status == AnalysisStatus.Diverged)
                return analysis;
            status = status == AnalysisStatus.Sound ? analysis.Status : status;
            window.Observer.OnAnalysis(observation, belief);
        }
        Forecast.Run(window.System, window.Grid, at, window.NextStart, members, random.Fork("next"), window.Workers);
        return new Analysis(belief, status);
    }

    /// <summary>From forecast to analysis, in place; observation ← what the background check keeps of it.</summary>
    private Analysis Analyze(AssimilationWindow window, EnsembleBelief belief, ref Observation observation, UpdateContext context)
    {
        var members = belief.Members;
        if (observation.Count == 0)
        {
            context.Observer.OnForecast(observation, belief, new ReadOnlyBatch<double>([], 0, 0));
            return new Analysis(belief);
        }
        Adaptive?.Inflate(members, context);
        using var frame = Scratch.Enter();
        var predicted = frame.Rent(members.Rows, observation.Count);
        Predict(members, observation, predicted, context.Workers);
        observation = window.Judge(observation, belief, ref predicted);
        context.Observer.OnForecast(observation, belief, predicted);
        if (observation.Count == 0)
            return new Analysis(belief);
        if (Soundness.OfPrediction(predicted, observation) is { } fault)
            return new Analysis(belief, AnalysisStatus.Diverged, fault);
        Adaptive?.Learn(members, predicted, observation, (Update as ILocalizedUpdate)?.Localization, context);

        var forecast = Relaxation is null ? default : Relaxation.Remember(members, frame);
        var status = Update.Update(members, predicted, observation, context);
        if (status == AnalysisStatus.Diverged)
            return new Analysis(belief, status, $"The update at observation {observation.Index} failed: a matrix was not positive definite or not finite.");
        Relaxation?.Apply(members, forecast, context.Workers);
        if (Inflation != 1)
            EnsembleTransform.Scale(members, Inflation, context.Workers);
        if (Rotate)
            RandomRotation.Apply(members, context.Random.Fork("rotation"), context.Workers);
        Additive?.Apply(members, context.Random.Fork("additive"), context.Workers);
        return Soundness.OfAnalysis(members, observation) is { } reason ? new Analysis(belief, AnalysisStatus.Diverged, reason) : new Analysis(belief, status);
    }

    private static unsafe void Predict(Batch<double> members, Observation observation, Batch<double> predicted, Workers workers)
    {
        fixed (double* e = members.Values, y = predicted.Values)
        {
            var ensemble = new PinnedRows(e, members.Rows, members.Width);
            var result = new PinnedRows(y, predicted.Rows, predicted.Width);
            workers.ForBlocks(members.Rows, BlockRows(members.Width), (first, count) =>
                observation.Operator.Apply(ensemble.All.Slice(first, count), result.All.Slice(first, count)));
        }
    }

    private static int BlockRows(int width) => Math.Max(1, (1 << 16) / Math.Max(1, width));
}
