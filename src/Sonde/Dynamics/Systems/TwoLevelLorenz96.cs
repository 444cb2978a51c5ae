using System.Numerics;
using System.Numerics.Tensors;
using Sonde.Dynamics.Fields;
using Sonde.Numerics;

namespace Sonde.Dynamics.Systems;

/// <summary>
/// Two-level Lorenz-96: K slow sites, each coupled to J fast ones on a ring of their own,
/// dXₖ/dt = (Xₖ₊₁ − Xₖ₋₂) Xₖ₋₁ − Xₖ + F − (hc/b) Σⱼ Yⱼₖ and dYⱼ/dt = cb (Yⱼ₋₁ − Yⱼ₊₂) Yⱼ₊₁ − c Yⱼ + (hc/b) Xₖ.
/// Lorenz, "Predictability: a problem partly solved", ECMWF 1996, eqs. 2 and 3.
/// </summary>
/// <remarks>
/// A row is X, then Y in the order of the sites. With b = J the coupling is h c times the mean of Y, as some papers write it.
/// <see cref="ReducedLorenz96"/> is the same without its fast level.
/// </remarks>
/// <param name="Size">K, at least 4.</param>
/// <param name="FastPerSite">J, at least 1.</param>
/// <param name="Forcing">F.</param>
/// <param name="Coupling">h.</param>
/// <param name="SpaceRatio">b: how much smaller fast amplitudes are.</param>
/// <param name="TimeRatio">c: how much faster they vary.</param>
public sealed record TwoLevelLorenz96(
    int Size = 36, int FastPerSite = 10, double Forcing = 10.0, double Coupling = 1.0, double SpaceRatio = 10.0, double TimeRatio = 10.0)
    : IParametricField
{
    private static readonly string[] Names = ["forcing", "coupling", "spaceRatio", "timeRatio"];

    /// <summary>K, at least 4.</summary>
    public int Size { get; init => field = AtLeast(4, value); } = AtLeast(4, Size);

    /// <summary>J, at least 1.</summary>
    public int FastPerSite { get; init => field = AtLeast(1, value); } = AtLeast(1, FastPerSite);

    /// <inheritdoc/>
    public int Width => Size * (1 + FastPerSite);

    /// <summary>Fields "X" and "Y" on a ring of length K; Y lies J to a site, around it.</summary>
    public Domain Domain => new(new Line(Size),
    [
        new Field("X", "1", RegularGrid.Ring(Size)),
        new Field("Y", "1", new RegularGrid(new GridAxis(0.5 * (1.0 / FastPerSite - 1), 1.0 / FastPerSite, Size * FastPerSite, Size))),
    ]);

    /// <summary>1 at the first site and 0 elsewhere; variance 0.01.</summary>
    public DefaultPrior DefaultPrior => new([1, .. new double[Width - 1]], [.. Enumerable.Repeat(0.1, Width)]);

    /// <inheritdoc/>
    public IReadOnlyList<string> Parameters => Names;

    /// <inheritdoc/>
    public double ParameterValue(int index) => index switch { 0 => Forcing, 1 => Coupling, 2 => SpaceRatio, _ => TimeRatio };

    /// <inheritdoc/>
    public void Evaluate<T>(double t, ReadOnlyBatch<T> x, ReadOnlyBatch<T> parameters, Batch<T> dxdt) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var row = 0; row < x.Rows; row++)
        {
            var (forcing, h, b, c) = Letters(parameters.For(row));
            var slow = x[row][..Size];
            var fast = x[row][Size..];
            var dSlow = dxdt[row][..Size];
            var dFast = dxdt[row][Size..];
            RingAdvection.Evaluate(slow, 1, T.One, T.One, forcing, dSlow);
            RingAdvection.Evaluate(fast, -1, c * b, c, T.Zero, dFast);
            Couple(slow, fast, h * c / b, dSlow, dFast);
        }
    }

    /// <inheritdoc/>
    public void Tangent<T>(double t, ReadOnlyBatch<T> x, ReadOnlyBatch<T> parameters, ReadOnlyBatch<T> dx, ReadOnlyBatch<T> dParameters, Batch<T> ddxdt)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var frame = Scratch.Enter();
        var part = frame.Rent<T>(1, Width)[0];
        for (var row = 0; row < dx.Rows; row++)
        {
            var (_, h, b, c) = Letters(parameters.For(row));
            var (dForcing, dh, db, dc) = Letters(dParameters.For(row));
            var u = x.For(row);
            var v = dx[row];
            var w = ddxdt[row];
            RingAdvection.Tangent(u[..Size], v[..Size], 1, T.One, T.One, dForcing, w[..Size]);
            RingAdvection.Tangent(u[Size..], v[Size..], -1, c * b, c, T.Zero, w[Size..]);
            Couple(v[..Size], v[Size..], h * c / b, w[..Size], w[Size..]);
            if (T.IsZero(dh) && T.IsZero(db) && T.IsZero(dc))
                continue;
            part[..Size].Clear();
            RingAdvection.Evaluate(u[Size..], -1, dc * b + c * db, dc, T.Zero, part[Size..]);
            Couple(u[..Size], u[Size..], (dh * c + h * dc) / b - h * c * db / (b * b), part[..Size], part[Size..]);
            TensorPrimitives.Add(w, part, w);
        }
    }

    /// <inheritdoc/>
    public void AddAdjoint<T>(double t, ReadOnlyBatch<T> x, ReadOnlyBatch<T> parameters, ReadOnlyBatch<T> dxdtBar, Batch<T> xBar, Batch<T> parametersBar)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var frame = Scratch.Enter();
        var part = frame.Rent<T>(1, Width)[0];
        for (var row = 0; row < dxdtBar.Rows; row++)
        {
            var (_, h, b, c) = Letters(parameters.For(row));
            var u = x.For(row);
            var w = dxdtBar[row];
            var v = xBar[row];
            RingAdvection.AddAdjoint(u[..Size], w[..Size], 1, T.One, T.One, v[..Size]);
            RingAdvection.AddAdjoint(u[Size..], w[Size..], -1, c * b, c, v[Size..]);
            Couple(w[..Size], w[Size..], -(h * c / b), v[..Size], v[Size..]);           // the coupling is antisymmetric
            if (parametersBar.Rows == 0)
                continue;

            var pBar = parametersBar.For(row);
            part.Clear();
            Couple(u[..Size], u[Size..], T.One, part[..Size], part[Size..]);
            var gBar = TensorPrimitives.Dot<T>(w, part);                                // of g = hc/b
            RingAdvection.Evaluate(u[Size..], -1, T.One, T.Zero, T.Zero, part[Size..]);
            var aBar = TensorPrimitives.Dot<T>(w[Size..], part[Size..]);                // of a = cb
            pBar[0] += TensorPrimitives.Sum(w[..Size]);
            pBar[1] += gBar * c / b;
            pBar[2] += aBar * c - gBar * h * c / (b * b);
            pBar[3] += aBar * b + gBar * h / b - TensorPrimitives.Dot(w[Size..], u[Size..]);
        }
    }

    /// <summary>dSlow −= g Σ fast of the site and dFast += g slow.</summary>
    private void Couple<T>(ReadOnlySpan<T> slow, ReadOnlySpan<T> fast, T g, Span<T> dSlow, Span<T> dFast) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var j = FastPerSite;
        for (var k = 0; k < slow.Length; k++)
        {
            var (sum, push) = (T.Zero, g * slow[k]);
            var y = fast.Slice(k * j, j);
            var dy = dFast.Slice(k * j, j);
            for (var i = 0; i < y.Length; i++)
            {
                sum += y[i];
                dy[i] += push;
            }
            dSlow[k] -= g * sum;
        }
    }

    private static (T Forcing, T H, T B, T C) Letters<T>(ReadOnlySpan<T> parameters) where T : unmanaged =>
        (parameters[0], parameters[1], parameters[2], parameters[3]);

    private static int AtLeast(int least, int value) => value >= least
        ? value
        : throw new ArgumentOutOfRangeException(nameof(value), value, $"At least {least} are needed.");
}
