using System.Numerics;
using Sonde.Numerics;

namespace Sonde.Dynamics.Systems;

/// <summary>
/// A pendulum with friction: dθ/dt = ω, dω/dt = −(g/l) sin θ − c ω. Angles in radians. The defaults, g/l = 2 and c = 0.1, are those
/// of the experiments on neural incremental assimilation.
/// </summary>
/// <param name="Gravity">g.</param>
/// <param name="Length">l.</param>
/// <param name="Friction">c; 0 conserves ω²/2 − (g/l) cos θ.</param>
public sealed record Pendulum(double Gravity = 9.81, double Length = 4.905, double Friction = 0.1) : IParametricField
{
    private static readonly string[] Names = ["gravity", "length", "friction"];

    /// <inheritdoc/>
    public int Width => 2;

    /// <inheritdoc/>
    public Domain Domain => Domain.Unplaced("angle", "angularVelocity");

    /// <summary>The moments of θ uniform in ±3π/4 and ω uniform in ±1.</summary>
    public DefaultPrior DefaultPrior => new([0, 0], [0.75 * Math.PI / Math.Sqrt(3), 1 / Math.Sqrt(3)]);

    /// <inheritdoc/>
    public IReadOnlyList<string> Parameters => Names;

    /// <inheritdoc/>
    public double ParameterValue(int index) => index switch { 0 => Gravity, 1 => Length, _ => Friction };

    /// <inheritdoc/>
    public void Evaluate<T>(double t, ReadOnlyBatch<T> x, ReadOnlyBatch<T> parameters, Batch<T> dxdt) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var row = 0; row < x.Rows; row++)
        {
            var u = x[row];
            var du = dxdt[row];
            var p = parameters.For(row);
            du[0] = u[1];
            du[1] = -p[0] / p[1] * T.Sin(u[0]) - p[2] * u[1];
        }
    }

    /// <inheritdoc/>
    public void Tangent<T>(double t, ReadOnlyBatch<T> x, ReadOnlyBatch<T> parameters, ReadOnlyBatch<T> dx, ReadOnlyBatch<T> dParameters, Batch<T> ddxdt)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var row = 0; row < dx.Rows; row++)
        {
            var u = x.For(row);
            var p = parameters.For(row);
            var v = dx[row];
            var dp = dParameters.For(row);
            var w = ddxdt[row];
            var (sin, cos) = T.SinCos(u[0]);
            w[0] = v[1];
            w[1] = -p[0] / p[1] * cos * v[0] - p[2] * v[1] - dp[0] / p[1] * sin + p[0] / (p[1] * p[1]) * sin * dp[1] - dp[2] * u[1];
        }
    }

    /// <inheritdoc/>
    public void AddAdjoint<T>(double t, ReadOnlyBatch<T> x, ReadOnlyBatch<T> parameters, ReadOnlyBatch<T> dxdtBar, Batch<T> xBar, Batch<T> parametersBar)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var row = 0; row < dxdtBar.Rows; row++)
        {
            var u = x.For(row);
            var p = parameters.For(row);
            var w = dxdtBar[row];
            var v = xBar[row];
            var (sin, cos) = T.SinCos(u[0]);
            v[0] -= p[0] / p[1] * cos * w[1];
            v[1] += w[0] - p[2] * w[1];
            if (parametersBar.Rows == 0)
                continue;
            var dp = parametersBar.For(row);
            dp[0] -= sin / p[1] * w[1];
            dp[1] += p[0] / (p[1] * p[1]) * sin * w[1];
            dp[2] -= u[1] * w[1];
        }
    }
}
