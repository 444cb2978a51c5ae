using Sonde.Numerics;

namespace Sonde.Dynamics;

/// <summary>A tendency without tangent, stepped by an explicit Runge-Kutta scheme: enough for filters.</summary>
/// <param name="Field">The tendency, with its domain.</param>
/// <param name="Scheme">How it is stepped.</param>
public sealed record ForwardRungeKuttaSystem(IVectorField Field, RungeKuttaScheme Scheme = RungeKuttaScheme.Classical4) : IDynamicalSystem
{
    /// <inheritdoc/>
    public int Width => Field.Width;

    /// <inheritdoc/>
    public Domain Domain => Field.Domain;

    /// <inheritdoc/>
    public DefaultPrior? DefaultPrior => Field.DefaultPrior;

    /// <inheritdoc/>
    public void Advance(Batch<double> x, double time, double dt, int steps, int firstRow, RandomSource noise) =>
        Advance(Field, Scheme, x, time, dt, steps);

    internal static void Advance(IVectorField field, RungeKuttaScheme scheme, Batch<double> x, double time, double dt, int steps)
    {
        if (field is IParametricField parametric)                       // looks the parameters up once, not at every stage
        {
            Span<double> values = stackalloc double[parametric.Parameters.Count];
            for (var i = 0; i < values.Length; i++)
                values[i] = parametric.ParameterValue(i);
            InBlocks(new ParametricSlopes(parametric, new ReadOnlyBatch<double>(values), default), ButcherTableau.Of(scheme), x, time, dt, steps);
        }
        else
            InBlocks(new FieldSlopes(field), ButcherTableau.Of(scheme), x, time, dt, steps);
    }

    private static void InBlocks<TSlopes>(TSlopes slopes, ButcherTableau tableau, Batch<double> x, double time, double dt, int steps)
        where TSlopes : ISlopes, allows ref struct
    {
        var block = RungeKutta.BlockRows(x.Width);
        for (var first = 0; first < x.Rows; first += block)
            RungeKutta.Advance(slopes, tableau, x.Slice(first, Math.Min(block, x.Rows - first)), time, dt, steps);
    }
}
