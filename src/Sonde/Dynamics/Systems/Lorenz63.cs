using System.Numerics;
using Sonde.Numerics;

namespace Sonde.Dynamics.Systems;

/// <summary>
/// Lorenz-63: dx/dt = σ (y − x), dy/dt = ρ x − y − x z, dz/dt = x y − β z.
/// Lorenz, "Deterministic nonperiodic flow", J. Atmos. Sci. 20, 1963, eqs. 25-27.
/// </summary>
/// <param name="Sigma">σ.</param>
/// <param name="Rho">ρ.</param>
/// <param name="Beta">β.</param>
public sealed record Lorenz63(double Sigma = 10.0, double Rho = 28.0, double Beta = 8.0 / 3) : IParametricField
{
    private static readonly string[] Names = ["sigma", "rho", "beta"];

    /// <inheritdoc/>
    public int Width => 3;

    /// <inheritdoc/>
    public Domain Domain => Domain.Unplaced("x", "y", "z");

    /// <summary>Near the attractor; variance 2. Sakov, Oliver and Bertino, Mon. Wea. Rev. 140, 2012.</summary>
    public DefaultPrior DefaultPrior => new([1.509, -1.531, 25.46], [Math.Sqrt(2), Math.Sqrt(2), Math.Sqrt(2)]);

    /// <inheritdoc/>
    public IReadOnlyList<string> Parameters => Names;

    /// <inheritdoc/>
    public double ParameterValue(int index) => index switch { 0 => Sigma, 1 => Rho, _ => Beta };

    /// <inheritdoc/>
    public void Evaluate<T>(double t, ReadOnlyBatch<T> x, ReadOnlyBatch<T> parameters, Batch<T> dxdt) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var row = 0; row < x.Rows; row++)
        {
            var u = x[row];
            var du = dxdt[row];
            var p = parameters.For(row);
            du[0] = p[0] * (u[1] - u[0]);
            du[1] = u[0] * (p[1] - u[2]) - u[1];
            du[2] = u[0] * u[1] - p[2] * u[2];
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
            w[0] = p[0] * (v[1] - v[0]) + dp[0] * (u[1] - u[0]);
            w[1] = v[0] * (p[1] - u[2]) + u[0] * (dp[1] - v[2]) - v[1];
            w[2] = v[0] * u[1] + u[0] * v[1] - p[2] * v[2] - dp[2] * u[2];
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
            v[0] += -p[0] * w[0] + (p[1] - u[2]) * w[1] + u[1] * w[2];
            v[1] += p[0] * w[0] - w[1] + u[0] * w[2];
            v[2] += -u[0] * w[1] - p[2] * w[2];
            if (parametersBar.Rows == 0)
                continue;
            var dp = parametersBar.For(row);
            dp[0] += (u[1] - u[0]) * w[0];
            dp[1] += u[0] * w[1];
            dp[2] -= u[2] * w[2];
        }
    }
}
