using Sonde.Dynamics;
using Sonde.Numerics;

namespace Sonde.Assimilation.Smoothers;

/// <summary>Methods that run a window again and again take the model as perfect; this finds systems that are not.</summary>
internal static class ModelError
{
    /// <summary>Why such a method cannot run, or null.</summary>
    public static string? Refuses(IDynamicalSystem system) =>
        Is(system) ? "The system draws random model error, but this method controls only the state at the start of a window." : null;

    /// <summary>True where the system draws random model error.</summary>
    public static bool Is(IDynamicalSystem system)
    {
        if (system is not IStochasticSystem stochastic)
            return false;
        if (stochastic.Additive is { } error)
            return error.Noise.StandardDeviations().AsSpan().ContainsAnyExcept(0.0);
        var covariance = new Matrix<double>(system.Width, system.Width);
        stochastic.AddStepCovariance(1, covariance);
        return covariance.Values.ContainsAnyExcept(0.0);
    }
}
