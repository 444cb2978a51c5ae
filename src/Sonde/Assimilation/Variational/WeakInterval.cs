using Sonde.Calculus;
using Sonde.Dynamics;

namespace Sonde.Assimilation.Variational;

/// <summary>From one controlled state to the next: the steps of the model and the covariance of what they miss.</summary>
/// <param name="Steps">M.</param>
/// <param name="Error">Q.</param>
internal readonly record struct WeakInterval(IReadOnlyList<ModelSteps> Steps, WeakCovariance Error)
{
    /// <summary>M(x), recorded.</summary>
    public Variable<double> Apply(Variable<double> x)
    {
        foreach (var steps in Steps)
            x = x.Tape.Apply(steps, x);
        return x;
    }
}
