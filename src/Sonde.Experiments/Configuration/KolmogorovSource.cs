using Sonde.Dynamics;
using Sonde.Dynamics.Systems.Kolmogorov;

namespace Sonde.Experiments.Configuration;

/// <summary>Kolmogorov flow: two-dimensional turbulence on a torus, kept going by a force that is a sine of y.</summary>
/// <param name="Preset">Where the size comes from if it is not given.</param>
/// <param name="Scheme">finite-volume or spectral.</param>
/// <param name="Size">Points along each axis.</param>
/// <param name="Reynolds">Reynolds number.</param>
/// <param name="Drag">Linear drag.</param>
/// <param name="Amplitude">Of the force.</param>
/// <param name="Wavenumber">Of the force.</param>
/// <param name="Courant">How much of a cell the fastest flow may cross in a sub-step.</param>
/// <param name="FastestFlow">The speed for which sub-steps are short enough.</param>
/// <param name="Speed">Largest speed of the usual initial flow.</param>
/// <param name="Peak">Wavenumber around which its energy lies.</param>
/// <param name="FlowSeed">Which initial flow it is; apart from the experiment's seed.</param>
/// <param name="Spread">Standard deviation of each velocity around it.</param>
/// <param name="Estimate">Of reynolds, drag and amplitude those to estimate with the state.</param>
/// <param name="ModelError">Noise added to the velocities.</param>
public sealed record KolmogorovSource(
    KolmogorovPreset Preset = KolmogorovPreset.Paper, KolmogorovScheme Scheme = KolmogorovScheme.FiniteVolume, int? Size = null, double Reynolds = 1000,
    double Drag = 0.1, double Amplitude = 1, int Wavenumber = 4, double Courant = 0.5, double FastestFlow = 5, double Speed = 3, double Peak = 4,
    long FlowSeed = 42, double Spread = 0, IReadOnlyList<UncertainParameter>? Estimate = null, ModelError? ModelError = null) : ISystemSource
{
    /// <inheritdoc/>
    public IDynamicalSystem Build(string folder, bool asTruth = false)
    {
        var size = Size ?? (Preset == KolmogorovPreset.Small ? 80 : 150);
        var flow = new KolmogorovFlow(size, Reynolds, Drag, Amplitude, Wavenumber, Courant, FastestFlow, Speed, Peak, FlowSeed, Spread);
        var estimate = Estimate ?? [];
        var system = new KolmogorovSystem(flow, Scheme, asTruth ? [.. estimate.Select(parameter => parameter.OfTruth())] : estimate);
        return ModelError.Around(ModelError, system, [.. estimate.Select(parameter => parameter.Walk)]);
    }
}

/// <summary>Sizes of a Kolmogorov flow.</summary>
public enum KolmogorovPreset
{
    /// <summary>150 × 150, as published.</summary>
    Paper,

    /// <summary>80 × 80: the same physics at about a quarter of the points and a sixth of the cost.</summary>
    Small,
}
