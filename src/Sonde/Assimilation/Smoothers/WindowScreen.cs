using Sonde.Dynamics;
using Sonde.Numerics;

namespace Sonde.Assimilation.Smoothers;

/// <summary>The background check of methods that use several observation times at once: it costs one more run through the window.</summary>
internal static class WindowScreen
{
    /// <summary>The window with its new observations judged by a forecast from its base; the same window where nothing is checked.</summary>
    /// <param name="window">System, times, observations.</param>
    /// <param name="from">Where the members hold.</param>
    /// <param name="members">The background, [N, n]; stays as it is.</param>
    /// <param name="random">Model error.</param>
    public static AssimilationWindow Judge(AssimilationWindow window, GridTime from, Matrix<double> members, RandomSource random)
    {
        if (window.Screen is null)
            return window;
        var work = members.Copy();
        var belief = new EnsembleBelief(work);
        var observations = window.Observations.ToArray();
        for (var i = window.FirstNew; i < observations.Length; i++)
        {
            Forecast.Run(window.System, window.Grid, from, observations[i].At, work, random, window.Workers);
            from = observations[i].At;
            var predicted = EnsembleCycle.Predict(window, observations[i], work);
            observations[i] = window.Judge(observations[i], belief, ref predicted);
        }
        return window with { Observations = observations };
    }
}
