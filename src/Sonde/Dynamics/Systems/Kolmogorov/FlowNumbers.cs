namespace Sonde.Dynamics.Systems.Kolmogorov;

/// <summary>The numbers of one row's equation; also their perturbations and their adjoints.</summary>
/// <param name="Viscosity">ν.</param>
/// <param name="Drag">μ.</param>
/// <param name="Amplitude">A.</param>
internal readonly record struct FlowNumbers(double Viscosity, double Drag, double Amplitude)
{
    public static FlowNumbers operator +(FlowNumbers a, FlowNumbers b) => new(a.Viscosity + b.Viscosity, a.Drag + b.Drag, a.Amplitude + b.Amplitude);
}
