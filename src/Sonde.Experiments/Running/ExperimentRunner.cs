using Sonde.Experiments.Configuration;
using Sonde.Numerics;

namespace Sonde.Experiments.Running;

/// <summary>Runs experiment files: every point of a sweep, every method, and writes the results folder.</summary>
public static class ExperimentRunner
{
    /// <summary>An experiment: the truth is simulated, or observations come from a file.</summary>
    /// <exception cref="InputException">The file or the request does not fit.</exception>
    /// <exception cref="OperationCanceledException">The run was stopped; it can be resumed.</exception>
    public static RunOutcome Run(RunRequest request) => Run(request, ExperimentFile.Load(request.File, request.Seed, request.Set, request.Kinds));

    /// <summary>A job: observations come from a file.</summary>
    /// <exception cref="InputException">The file or the request does not fit.</exception>
    /// <exception cref="OperationCanceledException">The run was stopped; it can be resumed.</exception>
    public static RunOutcome Assimilate(RunRequest request)
    {
        var points = ExperimentFile.Load(request.File, request.Seed, request.Set, request.Kinds);
        return points[0].Config.Observations.File is not null
            ? Run(request, points)
            : throw new InputException($"{request.File}: observations has no key 'file'; expected a file of observations (a twin experiment runs with: sonde run).");
    }

    /// <summary>Prepares every point of an experiment or job, lets every method refuse, and makes one forecast.</summary>
    /// <exception cref="InputException">Something does not fit.</exception>
    public static IReadOnlyList<CheckedPoint> Check(RunRequest request) =>
        [.. ExperimentFile.Load(request.File, request.Seed, request.Set, request.Kinds).Select(ExperimentCheck.Of)];

    private static RunOutcome Run(RunRequest request, IReadOnlyList<ExperimentFile> points)
    {
        var folder = request.Out ?? ResultsFolder.Usual(points[0].Config.Name);
        var results = ResultsFolder.Open(folder, points, request.Resume);
        var runs = points.Select((point, i) => new PointRun(point, results.Point(i))).ToArray();
        RunAll([.. runs.Where(run => !request.Resume || !run.Resume())], request);
        return results.Finish(runs, request.Progress);
    }

    /// <summary>
    /// Several pieces of work share the threads one each; a single one gets them all inside. Either way each piece draws its
    /// own randomness by name, so results do not depend on the choice.
    /// </summary>
    private static void RunAll(PointRun[] runs, RunRequest request)
    {
        foreach (var run in runs)
            run.Prepare();                              // refuses what cannot run before anything runs
        var pieces = runs.SelectMany(run => run.Methods.Select((method, m) => (run, m))).ToArray();
        if (pieces.Length == 1 || request.Threads == 1)
        {
            foreach (var (run, m) in pieces)
                run.RunMethod(m, new Workers(request.Threads), request);
        }
        else
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = request.Threads };
            try
            {
                Parallel.ForEach(System.Collections.Concurrent.Partitioner.Create(pieces, loadBalance: true), options, piece => piece.run.RunMethod(piece.m, Workers.One, request));
            }
            catch (AggregateException e)
            {
                var inner = e.Flatten().InnerExceptions;
                throw inner.FirstOrDefault(x => x is not OperationCanceledException) ?? inner[0];
            }
        }
    }
}
