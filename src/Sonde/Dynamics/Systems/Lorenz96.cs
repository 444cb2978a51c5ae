using System.Numerics;
using System.Numerics.Tensors;
using Sonde.Dynamics.Fields;
using Sonde.Numerics;

namespace Sonde.Dynamics.Systems;

/// <summary>
/// Lorenz-96: dxᵢ/dt = (xᵢ₊₁ − xᵢ₋₂) xᵢ₋₁ − xᵢ + F on a ring of n sites. Time unit: about 5 days.
/// Lorenz, "Predictability: a problem partly solved", ECMWF 1996, eq. 1.
/// </summary>
/// <param name="Size">n, at least 4.</param>
/// <param name="Forcing">F.</param>
public sealed record Lorenz96(int Size = 40, double Forcing = 8.0) : IParametricField
{
    private static readonly string[] Names = ["forcing"];

    /// <summary>n, at least 4.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than 4 sites.</exception>
    public int Size { get; init => field = AtLeastFour(value); } = AtLeastFour(Size);

    /// <inheritdoc/>
    public int Width => Size;

    /// <summary>Field "x" on a ring of length n.</summary>
    public Domain Domain => new(new Line(Size), [new Field("x", "1", RegularGrid.Ring(Size))]);

    /// <summary>1 at the first site and 0 elsewhere; variance 0.001. Sakov and Oke, Tellus A 60, 2008.</summary>
    public DefaultPrior DefaultPrior => new([1, .. new double[Size - 1]], [.. Enumerable.Repeat(Math.Sqrt(0.001), Size)]);

    /// <inheritdoc/>
    public IReadOnlyList<string> Parameters => Names;

    /// <inheritdoc/>
    public double ParameterValue(int index) => Forcing;

    /// <inheritdoc/>
    public void Evaluate<T>(double t, ReadOnlyBatch<T> x, ReadOnlyBatch<T> parameters, Batch<T> dxdt) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var row = 0; row < x.Rows; row++)
            RingAdvection.Evaluate(x[row], 1, T.One, T.One, parameters.For(row)[0], dxdt[row]);
    }

    /// <inheritdoc/>
    public void Tangent<T>(double t, ReadOnlyBatch<T> x, ReadOnlyBatch<T> parameters, ReadOnlyBatch<T> dx, ReadOnlyBatch<T> dParameters, Batch<T> ddxdt)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var row = 0; row < dx.Rows; row++)
            RingAdvection.Tangent(x.For(row), dx[row], 1, T.One, T.One, dParameters.For(row)[0], ddxdt[row]);
    }

    /// <inheritdoc/>
    public void AddAdjoint<T>(double t, ReadOnlyBatch<T> x, ReadOnlyBatch<T> parameters, ReadOnlyBatch<T> dxdtBar, Batch<T> xBar, Batch<T> parametersBar)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var row = 0; row < dxdtBar.Rows; row++)
        {
            RingAdvection.AddAdjoint(x.For(row), dxdtBar[row], 1, T.One, T.One, xBar[row]);
            if (parametersBar.Rows > 0)
                parametersBar.For(row)[0] += TensorPrimitives.Sum(dxdtBar[row]);
        }
    }

    internal static int AtLeastFour(int size) => size >= 4
        ? size
        : throw new ArgumentOutOfRangeException(nameof(size), size, "Lorenz-96 needs at least 4 sites.");
}
