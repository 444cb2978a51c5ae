using Sonde.Assimilation.Variational;
using Sonde.Calculus;
using Sonde.Dynamics;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Experiments.Running;

/// <summary>The tests of derivatives of one map of an experiment.</summary>
/// <param name="What">Which map.</param>
/// <param name="Test">What was found.</param>
public sealed record CheckedDerivative(string What, DerivativeTest Test);

/// <summary>Tangent, adjoint and gradient tests of everything differentiable in an experiment: its model, its instruments, a window of both.</summary>
internal static class DerivativeChecks
{
    private const int WindowTimes = 3;

    /// <summary>At a member drawn from the background, along the difference to another.</summary>
    public static IReadOnlyList<CheckedDerivative> Of(PreparedExperiment prepared)
    {
        var (system, grid) = (prepared.Problem.System, prepared.Problem.Grid);
        var random = prepared.Random.Fork("derivatives");
        var drawn = new Matrix<double>(2, system.Width);
        prepared.Prior.Sample(drawn, random.Fork("members"));
        var (x, v) = (new Matrix<double>(drawn.All.Slice(0, 1)), new Matrix<double>(drawn.All.Slice(1, 1)));
        var direction = v.All;
        direction -= x;
        var found = new List<CheckedDerivative>();
        var first = prepared.Observations.FirstOrDefault(observation => observation.At > default(GridTime))?.At ?? new GridTime(1);
        var differentiable = system as IDifferentiableSystem;
        if (differentiable is not null)
            Test(FormattableString.Invariant($"model to t = {grid.TimeOf(first):0.######}"), Map.Of<double>(system.Width, system.Width, state =>
            {
                foreach (var steps in ModelSteps.Between(differentiable, grid, default, first))
                    state = state.Tape.Apply(steps, state);
                return state;
            }));
        var seen = new HashSet<string>();
        foreach (var observation in prepared.Observations.Where(observation => observation.Count > 0))
            if (seen.Add(Name(observation)))
                Test($"observation of {Name(observation)}", Map.Of<double>(system.Width, observation.Count, state =>
                    state.Tape.Apply(new Prediction(observation.Operator, observation.Error), state)));
        var window = prepared.Observations.Where(observation => observation.Count > 0).Take(WindowTimes).ToArray();
        if (differentiable is not null && window.Length > 0)
            Test($"window of {window.Length} observation times", new WindowMap(differentiable, grid, default, window));
        return found;

        void Test(string what, IMap<double> map) => found.Add(new CheckedDerivative(what, DerivativeTest.Of(map, x, v, random.Fork(what))));
    }

    private static string Name(Observation observation) =>
        observation.Quantities.Count == 0 ? "everything" : string.Join(", ", observation.Quantities.Distinct().Order(StringComparer.Ordinal));
}
