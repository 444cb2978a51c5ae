using System.Numerics.Tensors;
using Sonde.Assimilation.Baselines;
using Sonde.Assimilation.Filters;
using Sonde.Assimilation.Variational;
using Sonde.Calculus.Minimization;
using Sonde.Dynamics;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.EnsembleVariational;

/// <summary>One window of <see cref="Levda"/>.</summary>
/// <param name="method">The configuration.</param>
/// <param name="window">System, times, observations.</param>
/// <param name="background">At the window's start; stays as it is.</param>
/// <param name="random">This window's randomness.</param>
internal sealed class LevdaWindow(Levda method, AssimilationWindow window, EnsembleBelief background, RandomSource random)
{
    private const int MostRounds = 5;
    private readonly Observation[] observations = [.. window.Observations];
    private readonly RandomSource perturbations = background.Memory.TryGetValue(Levda.Key, out var key) ? new RandomSource((long)key[0, 0]) : random.Fork("perturbations");
    private readonly Matrix<double> scales = Levda.ScalesOf(background);
    private readonly bool isWeak = method.IsWeak(window.System);

    private IReadOnlyDictionary<string, Matrix<double>> Memory => background.Memory;

    /// <summary>Whether all observations of the window are used, not its new ones alone.</summary>
    private bool UsesAll => isWeak || method.Reuse;

    /// <summary>Searches, reports, and makes the next background.</summary>
    public Analysis Run()
    {
        var members = background.Members.Copy();
        if (method.Inflation != 1)
            EnsembleTransform.Scale(members, method.Inflation, window.Workers);
        method.Additive(scales)?.Apply(members, random.Fork("additive"), window.Workers);
        var erring = method.Erring(window.System, scales);
        if (!ReportForecast(members, isWeak ? erring : window.System) || EnsembleSubspace.Of(members) is not { } subspace)
            return Diverged(EnsembleCycle.NotFinite);
        Observation[] used = UsesAll ? observations : observations[window.FirstNew..];
        var errors = isWeak ? Errors(erring, subspace.Mean, used) : null;
        var controls = Start(subspace, errors, used);
        var centers = method.Prior == PriorCenter.Member ? controls.Copy() : new Matrix<double>(controls.Rows, controls.Width);
        var (last, outcomes) = (controls.Copy(), Array.Empty<MemberOutcome>());
        var atLeaving = isWeak && !method.Reuse && window.Leaving > 0 && window.Leaving < used.Length ? controls : null;
        foreach (var count in Counts(used.Length))
        {
            outcomes = Solve(subspace, errors, used[..count], centers, last);
            if (Array.Exists(outcomes, one => one.Failed))
                return Diverged(EnsembleCycle.NotFinite);
        }
        if (atLeaving is not null && Array.Exists(Solve(subspace, errors, used[..window.Leaving], centers, atLeaving), one => one.Failed))
            return Diverged(EnsembleCycle.NotFinite);
        var all = new EnsembleWindow((IDifferentiableSystem)window.System, window.Grid, window.Start, observations, subspace, errors);
        var (next, atEnd) = Report(all, last, outcomes, atLeaving);
        if (next is null)
            return Diverged(EnsembleCycle.NotFinite);
        var belief = new EnsembleBelief(next, null, Remember(atEnd));
        return Array.TrueForAll(outcomes, one => one.Succeeded) ? new(belief) : new(belief, AnalysisStatus.NotConverged, Effort.NotConverged);
    }

    private Analysis Diverged(string reason) => new(background, AnalysisStatus.Diverged, reason);

    /// <summary>With how many observations minima are sought, one after the other.</summary>
    private IEnumerable<int> Counts(int all)
    {
        var first = UsesAll ? window.FirstNew : 0;
        for (var count = first + method.QuasiStatic; method.QuasiStatic > 0 && count < all; count += method.QuasiStatic)
            yield return count;
        yield return all;
    }

    /// <summary>Runs what is believed from earlier observations to the new ones; leaves what a background check keeps of them.</summary>
    private bool ReportForecast(Matrix<double> members, IDynamicalSystem system)
    {
        var (at, work) = (window.Start, members.Copy());
        if (window.FirstNew > 0 && Memory.TryGetValue(Levda.Latest, out var latest))
            (at, work) = (observations[window.FirstNew - 1].At, latest.Copy());
        var belief = new EnsembleBelief(work, null, Memory);
        for (var i = window.FirstNew; i < observations.Length; i++)
        {
            Forecast.Run(system, window.Grid, at, observations[i].At, work, random.Fork("forecast"), window.Workers);
            at = observations[i].At;
            var predicted = EnsembleCycle.Predict(window, observations[i], work);
            if (!Moments.AllFinite(work.Values) || !Moments.AllFinite(predicted.Values))
                return false;
            observations[i] = window.Judge(observations[i], belief, ref predicted);
            window.Observer.OnForecast(observations[i], belief, predicted);
        }
        return true;
    }

    /// <summary>Rows of the square root of what the model misses in each interval, along the members' mean; rows of zeros are left out.</summary>
    private List<Matrix<double>> Errors(IDifferentiableSystem erring, double[] mean, Observation[] used)
    {
        var (at, state, roots) = (window.Start, new Matrix<double>(new ReadOnlyBatch<double>(mean)), new List<Matrix<double>>());
        foreach (var observation in used)
        {
            var covariance = new Matrix<double>(mean.Length, mean.Length);
            GaussianForecast.Run(erring, window.Grid, at, observation.At, state, covariance, 1, window.Workers);
            at = observation.At;
            var root = VariationalBackground.RootOf(covariance);
            var kept = Enumerable.Range(0, root.Rows).Where(row => root[row].ContainsAnyExcept(0.0)).ToArray();
            roots.Add(new Matrix<double>(kept.Length, root.Width));
            for (var row = 0; row < kept.Length; row++)
                root[kept[row]].CopyTo(roots[^1][row]);
        }
        return roots;
    }

    /// <summary>Controls that are the members and draws of their model errors, of mean 0.</summary>
    private Matrix<double> Start(EnsembleSubspace subspace, List<Matrix<double>>? errors, Observation[] used)
    {
        var (members, r) = (subspace.Coordinates.Rows, subspace.Rows.Rows);
        var controls = new Matrix<double>(members, r + (errors?.Sum(root => root.Rows) ?? 0));
        for (var i = 0; i < members; i++)
            subspace.Coordinates[i].CopyTo(controls[i]);
        var first = r;
        for (var l = 0; l < (errors?.Count ?? 0); l++)
        {
            var draws = new Matrix<double>(members, errors![l].Rows);
            perturbations.Fork("model error").Fork(used[l].Index).FillNormal(draws.Values);
            Center(draws);
            for (var i = 0; i < members; i++)
                draws[i].CopyTo(controls[i][first..]);
            first += draws.Width;
        }
        return controls;
    }

    /// <summary>What each member shall fit, in units of the errors.</summary>
    private Matrix<double> Targets(Observation[] used, int members)
    {
        var targets = new Matrix<double>(members, used.Sum(one => one.Count));
        var first = 0;
        foreach (var observation in used)
        {
            var values = new Matrix<double>(members, observation.Count);
            if (method.PerturbObservations && observation.Count > 0)
            {
                observation.Error.Sample(values, perturbations.Fork("observations").Fork(observation.Index));
                Center(values);
            }
            Moments.Shift(values, observation.Values.Span);
            observation.Error.Whiten(values);
            for (var i = 0; i < members; i++)
                values[i].CopyTo(targets[i][first..]);
            first += observation.Count;
        }
        return targets;
    }

    /// <summary>Takes out the mean, and gives back the variance that takes.</summary>
    private static void Center(Matrix<double> draws)
    {
        Moments.Center(draws, new double[draws.Width]);
        TensorPrimitives.Multiply(draws.Values, Math.Sqrt(draws.Rows / (draws.Rows - 1.0)), draws.Values);
    }

    /// <summary>Moves controls to the minima with these observations.</summary>
    private MemberOutcome[] Solve(EnsembleSubspace subspace, List<Matrix<double>>? errors, Observation[] used, Matrix<double> centers, Matrix<double> controls)
    {
        var outcomes = new MemberOutcome[controls.Rows];
        Array.Fill(outcomes, new MemberOutcome(StopReason.Converged, 0, 0, 0));
        if (controls.Width == 0 || used.Sum(one => one.Count) == 0)           // members that are all the same have nowhere to go
            return outcomes;
        var shortened = errors?.GetRange(0, used.Length);
        var map = new EnsembleWindow((IDifferentiableSystem)window.System, window.Grid, window.Start, used, subspace, shortened);
        var (own, ownCenters) = (Columns(controls, map.InputWidth), Columns(centers, map.InputWidth));
        var problem = new MemberProblem(map, ownCenters, Targets(used, controls.Rows));
        var exchange = method.Exchange ? new Exchange(problem, window.Workers, subspace.Mean.Length) : null;
        exchange?.Move(own);
        Search(problem, subspace, own, outcomes);
        for (var round = 0; round < MostRounds && exchange?.Move(own) is { Count: > 0 } moved; round++)
        {
            var (some, ended) = (MemberProblem.Rows(own, moved), new MemberOutcome[moved.Count]);
            Search(problem.Of(moved), subspace, some, ended);
            for (var k = 0; k < moved.Count; k++)
            {
                some[k].CopyTo(own[moved[k]]);
                outcomes[moved[k]] = ended[k] with { Iterations = outcomes[moved[k]].Iterations + ended[k].Iterations };
            }
        }
        for (var i = 0; i < controls.Rows; i++)
            own[i].CopyTo(controls[i]);
        return outcomes;
    }

    /// <summary>Moves some members' controls to minima of their costs.</summary>
    private void Search(MemberProblem problem, EnsembleSubspace subspace, Matrix<double> controls, MemberOutcome[] outcomes)
    {
        if (StepRule.Of(method.Chosen) is { } rule)
        {
            var block = method.Jacobian == JacobianPoint.Mean ? controls.Rows : problem.Block(subspace.Mean.Length);
            window.Workers.ForBlocks(controls.Rows, block, (first, count) =>
                new MemberNewton(problem, rule, method.Jacobian).Minimize(first, controls.All.Slice(first, count), outcomes.AsSpan(first, count)));
        }
        else if (method.Joint)
        {
            TensorPrimitives.Subtract(controls.Values, problem.Centers.Values, controls.Values);
            Array.Fill(outcomes, MemberOutcome.Of(method.Chosen.Minimize(problem.Joint(), controls.Values)));
            TensorPrimitives.Add(controls.Values, problem.Centers.Values, controls.Values);
        }
        else
            window.Workers.ForBlocks(controls.Rows, 1, (i, _) =>
            {
                TensorPrimitives.Subtract(controls[i], problem.Centers[i], controls[i]);
                outcomes[i] = MemberOutcome.Of(method.Chosen.Minimize(problem.Of(i), controls[i]));
                TensorPrimitives.Add(controls[i], problem.Centers[i], controls[i]);
            });
    }

    private static Matrix<double> Columns(Matrix<double> all, int count)
    {
        var some = new Matrix<double>(all.Rows, count);
        for (var i = 0; i < all.Rows; i++)
            all[i][..count].CopyTo(some[i]);
        return some;
    }

    /// <summary>Reports the members at every time of the window; returns them where the next one starts, and at the last observation.</summary>
    private (Matrix<double>? Next, Matrix<double>? Latest) Report(EnsembleWindow all, Matrix<double> controls, MemberOutcome[] outcomes, Matrix<double>? atLeaving)
    {
        var start = new Matrix<double>(controls.Rows, background.Width);
        all.Start(controls, start);
        if (window.AtStart is { } earlier)
            window.Observer.OnSmoothed(earlier, new EnsembleBelief(start, null, Memory));
        var staysWithoutUpdate = UsesAll && window.Leaving == 0 && !window.IsLast;       // the next window begins here, and uses all of them again
        var (next, last) = (staysWithoutUpdate ? background.Members : window.NextStart == window.Start ? start : null, start);
        Carry(all, controls, (l, states) =>
        {
            last = states;
            if (window.Leaving == l + 1 && next is null)
                next = states.Copy();
            var belief = new EnsembleBelief(states, null, Memory);
            if (l >= window.FirstNew)
                ReportAnalysis(observations[l], belief, outcomes);
            if (window.IsLast || observations[l].At < window.NextStart)
                window.Observer.OnSmoothed(observations[l], belief);
        });
        if (atLeaving is not null)
            Carry(all, atLeaving, (l, states) => next = window.Leaving == l + 1 ? states : next);
        return Moments.AllFinite(last.Values) && Moments.AllFinite(next!.Values) ? (next, last) : (null, null);
    }

    private void ReportAnalysis(Observation observation, EnsembleBelief belief, MemberOutcome[] outcomes)
    {
        window.Observer.OnDiagnostic(observation, Diagnostic.Iterations, outcomes.Average(one => one.Iterations));
        window.Observer.OnDiagnostic(observation, Diagnostic.Cost, outcomes.Average(one => one.Cost));
        window.Observer.OnDiagnostic(observation, Diagnostic.GradientNorm, outcomes.Average(one => one.GradientNorm));
        window.Observer.OnAnalysis(observation, belief);
    }

    /// <summary>Carries all members through the window; a new matrix at each observation.</summary>
    private static void Carry(EnsembleWindow all, Matrix<double> controls, Action<int, Matrix<double>> visit) =>
        all.Run(controls, (l, states) => visit(l, new Matrix<double>(states)));

    private Dictionary<string, Matrix<double>> Remember(Matrix<double>? latest)
    {
        var memory = new Dictionary<string, Matrix<double>>(Memory) { [Levda.Scales] = scales };
        if (UsesAll && method.Plan.Stride < method.Plan.Length && latest is not null)
            memory[Levda.Latest] = latest;
        return memory;
    }
}
