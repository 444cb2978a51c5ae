using Sonde.Dynamics;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Variational;

/// <summary>Carries a state through a window, and perturbations along it.</summary>
internal static class TangentCarry
{
    /// <summary>Called at each observation with the state there and the rows that were carried along.</summary>
    public delegate void Visit(Observation observation, ReadOnlyBatch<double> state, ReadOnlyBatch<double> rows);

    /// <summary>From the window's start to the observations and beyond.</summary>
    /// <param name="window">System, times, workers.</param>
    /// <param name="x">State at the start, [1, n]; ends at <paramref name="until"/>.</param>
    /// <param name="rows">Perturbations at the start, [any, n]; their tangents in the end.</param>
    /// <param name="observations">Where to stop on the way.</param>
    /// <param name="until">Where to end.</param>
    /// <param name="visit">Called at each observation.</param>
    public static void Run(
        AssimilationWindow window, Matrix<double> x, Matrix<double> rows, IReadOnlyList<Observation> observations, GridTime until, Visit visit)
    {
        var at = window.Start;
        foreach (var observation in observations)
        {
            Run(window, x, rows, at, observation.At);
            at = observation.At;
            visit(observation, x, rows);
        }
        if (at < until)
            Run(window, x, rows, at, until);
    }

    private static void Run(AssimilationWindow window, Matrix<double> x, Matrix<double> rows, GridTime from, GridTime to)
    {
        foreach (var steps in ModelSteps.Between((IDifferentiableSystem)window.System, window.Grid, from, to))
            steps.Carry(x, rows, window.Workers);
    }
}
