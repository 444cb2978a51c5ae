using System.Numerics.Tensors;
using Sonde.Assimilation.Filters;
using Sonde.Dynamics;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Smoothers;

/// <summary>How a solve ended.</summary>
/// <param name="Failure">Why the numbers mean nothing; null where they are sound.</param>
/// <param name="Converged">False where a tolerance was asked for and not reached.</param>
internal readonly record struct SolveOutcome(string? Failure, bool Converged);

/// <summary>One window of an iterative ensemble smoother.</summary>
/// <param name="method">The configuration.</param>
/// <param name="window">System, times, observations.</param>
/// <param name="start">Where the ensemble holds.</param>
/// <param name="memory">Goes with every belief that is reported.</param>
/// <param name="random">This window's randomness.</param>
internal sealed class WindowSolve(
    IterativeEnsembleSmoother method, AssimilationWindow window, GridTime start, IReadOnlyDictionary<string, Matrix<double>> memory, RandomSource random)
{
    /// <summary>members ← the posterior ensemble given these observations.</summary>
    /// <param name="members">At <c>start</c>, [N, n].</param>
    /// <param name="used">In order of time.</param>
    /// <param name="reportForecast">Whether new observations' forecasts are reported.</param>
    /// <param name="reportAnalysis">Whether their analyses are.</param>
    public SolveOutcome Run(Matrix<double> members, IReadOnlyList<WeightedObservation> used, bool reportForecast, bool reportAnalysis)
    {
        var trajectory = new WindowTrajectory(window, start, used);
        var control = new EnsembleControl(members.Rows, method.Form, method.Annealing ? method.Iterations : 0, method.Certainty, random.Fork("perturbations"));
        var forecast = random.Fork("forecast");
        var epsilon = method.Bundle ?? 1;
        var anomalies = members.Copy();
        var work = new Matrix<double>(members.Rows, members.Width);
        var y = new Matrix<double>(members.Rows, trajectory.Count);
        var (mean, departure) = (new double[members.Width], new double[trajectory.Count]);
        var first = new Matrix<double>[used.Count];         // forecast anomalies of the prior ensemble at new observations
        var last = new Matrix<double>[used.Count];          // the last forecast there
        Moments.Center(anomalies, mean);

        var (iteration, converged) = (0, method.Tolerance == 0);
        void Keep(int position, Observation observation, Matrix<double> at, Batch<double> predicted)
        {
            if (used[position].Index < window.FirstNew)
                return;
            at.All.CopyTo(last[position] ??= new Matrix<double>(at.Rows, at.Width));
            if (epsilon != 1)
                WindowTrajectory.Enlarge(last[position], 1 / epsilon);
            if (iteration > 0)
                return;
            if (reportForecast)
                window.Observer.OnForecast(observation, new EnsembleBelief(last[position], null, memory), predicted);
            using var frame = Scratch.Enter();
            Moments.Center(first[position] = last[position].Copy(), frame.Rent(1, at.Width)[0]);
        }

        void Place(double size, Matrix<double> placed)
        {
            control.Place(mean, anomalies, size, placed);
            (window.System as ControlledError)?.Take(control, size);
        }

        while (iteration < method.Iterations)
        {
            Place(epsilon, work);
            trajectory.Run(work, epsilon, y, departure, forecast, Keep);
            iteration++;
            if (!Moments.AllFinite(y.Values) || !Moments.AllFinite(departure) || !control.Advance(y, departure))
                return new SolveOutcome(EnsembleCycle.NotFinite, false);
            if (TensorPrimitives.SumOfSquares<double>(control.Step) < method.Tolerance * members.Rows)
            {
                converged = true;
                break;
            }
            if (trajectory.Count == 0)
                break;
        }
        if (reportAnalysis)
            Report(used, first, last, control, iteration);
        Place(1, members);
        return new SolveOutcome(Moments.AllFinite(members.Values) ? null : "The analysis is not finite.", converged);
    }

    private void Report(IReadOnlyList<WeightedObservation> used, Matrix<double>[] first, Matrix<double>[] last, EnsembleControl control, int iterations)
    {
        for (var i = 0; i < used.Count; i++)
        {
            var observation = window.Observations[used[i].Index];
            if (used[i].Index < window.FirstNew)
                continue;
            control.AddLastStep(first[i], last[i]);             // the last step by its derivative: saves running the model again
            window.Observer.OnDiagnostic(observation, Diagnostic.Iterations, iterations);
            window.Observer.OnDiagnostic(observation, Diagnostic.DegreesOfFreedom, control.DegreesOfFreedom);
            if (method.Certainty is not null)
                window.Observer.OnDiagnostic(observation, Diagnostic.Inflation, Math.Sqrt((method.Members - 1) / control.Zeta));
            window.Observer.OnAnalysis(observation, new EnsembleBelief(last[i], null, memory));
        }
    }
}
