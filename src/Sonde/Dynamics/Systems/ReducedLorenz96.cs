using System.Numerics;
using System.Numerics.Tensors;
using Sonde.Dynamics.Fields;
using Sonde.Numerics;

namespace Sonde.Dynamics.Systems;

/// <summary>
/// The slow level of <see cref="TwoLevelLorenz96"/> with a polynomial in the place of the fast one:
/// dxᵢ/dt = (xᵢ₊₁ − xᵢ₋₂) xᵢ₋₁ − xᵢ + F − (p₀ + p₁ xᵢ + p₂ xᵢ² + p₃ xᵢ³ + p₄ xᵢ⁴).
/// Wilks, "Effects of stochastic parametrizations in the Lorenz '96 system", Q. J. R. Meteorol. Soc. 131, 2005, eq. 4; the defaults
/// are his fit for K = 8, J = 32, F = 20, h = 1, b = c = 10. With all of p at 0 it is the truncated model.
/// </summary>
/// <param name="Size">n, at least 4.</param>
/// <param name="Forcing">F.</param>
/// <param name="P0">p₀.</param>
/// <param name="P1">p₁.</param>
/// <param name="P2">p₂.</param>
/// <param name="P3">p₃.</param>
/// <param name="P4">p₄.</param>
public sealed record ReducedLorenz96(
    int Size = 8, double Forcing = 20.0, double P0 = 0.262, double P1 = 1.45, double P2 = -0.0121, double P3 = -0.00713, double P4 = 0.000296)
    : IParametricField
{
    private static readonly string[] Names = ["forcing", "p0", "p1", "p2", "p3", "p4"];

    /// <summary>n, at least 4.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than 4 sites.</exception>
    public int Size { get; init => field = Lorenz96.AtLeastFour(value); } = Lorenz96.AtLeastFour(Size);

    /// <inheritdoc/>
    public int Width => Size;

    /// <summary>Field "X" on a ring of length n, as in <see cref="TwoLevelLorenz96"/>.</summary>
    public Domain Domain => new(new Line(Size), [new Field("X", "1", RegularGrid.Ring(Size))]);

    /// <summary>1 at the first site and 0 elsewhere; variance 0.01.</summary>
    public DefaultPrior DefaultPrior => new([1, .. new double[Size - 1]], [.. Enumerable.Repeat(0.1, Size)]);

    /// <inheritdoc/>
    public IReadOnlyList<string> Parameters => Names;

    /// <inheritdoc/>
    public double ParameterValue(int index) => index switch { 0 => Forcing, 1 => P0, 2 => P1, 3 => P2, 4 => P3, _ => P4 };

    /// <inheritdoc/>
    public void Evaluate<T>(double t, ReadOnlyBatch<T> x, ReadOnlyBatch<T> parameters, Batch<T> dxdt) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var row = 0; row < x.Rows; row++)
        {
            var u = x[row];
            var du = dxdt[row];
            var p = parameters.For(row);
            RingAdvection.Evaluate(u, 1, T.One, T.One, p[0], du);
            for (var i = 0; i < u.Length; i++)
                du[i] -= Polynomial(p, u[i]);
        }
    }

    /// <inheritdoc/>
    public void Tangent<T>(double t, ReadOnlyBatch<T> x, ReadOnlyBatch<T> parameters, ReadOnlyBatch<T> dx, ReadOnlyBatch<T> dParameters, Batch<T> ddxdt)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var row = 0; row < dx.Rows; row++)
        {
            var u = x.For(row);
            var v = dx[row];
            var w = ddxdt[row];
            var dp = dParameters.For(row);
            RingAdvection.Tangent(u, v, 1, T.One, T.One, dp[0], w);
            for (var i = 0; i < u.Length; i++)
                w[i] -= Derivative(parameters.For(row), u[i]) * v[i] + Polynomial(dp, u[i]);
        }
    }

    /// <inheritdoc/>
    public void AddAdjoint<T>(double t, ReadOnlyBatch<T> x, ReadOnlyBatch<T> parameters, ReadOnlyBatch<T> dxdtBar, Batch<T> xBar, Batch<T> parametersBar)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var row = 0; row < dxdtBar.Rows; row++)
        {
            var u = x.For(row);
            var w = dxdtBar[row];
            var v = xBar[row];
            RingAdvection.AddAdjoint(u, w, 1, T.One, T.One, v);
            for (var i = 0; i < u.Length; i++)
                v[i] -= Derivative(parameters.For(row), u[i]) * w[i];
            if (parametersBar.Rows == 0)
                continue;

            var pBar = parametersBar.For(row);
            pBar[0] += TensorPrimitives.Sum(w);
            for (var i = 0; i < u.Length; i++)
            {
                var power = w[i];
                for (var k = 1; k <= 5; k++, power *= u[i])
                    pBar[k] -= power;
            }
        }
    }

    private static T Polynomial<T>(ReadOnlySpan<T> p, T u) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        p[1] + u * (p[2] + u * (p[3] + u * (p[4] + u * p[5])));

    private static T Derivative<T>(ReadOnlySpan<T> p, T u) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        p[2] + u * (T.CreateTruncating(2) * p[3] + u * (T.CreateTruncating(3) * p[4] + u * (T.CreateTruncating(4) * p[5])));
}
