using System.Numerics.Tensors;
using Sonde.Calculus;
using Sonde.Dynamics.Noise;
using Sonde.Numerics;

namespace Sonde.Assimilation.Variational;

/// <summary>Z = f S with the square root S of a noise's covariance, by its products alone: B of any size.</summary>
/// <param name="noise">S.</param>
/// <param name="factor">f.</param>
internal sealed class NoiseRoot(IRootedNoise noise, double factor) : IBackgroundRoot, IOperation<double>
{
    /// <inheritdoc/>
    public int Modes => noise.Modes;

    /// <inheritdoc/>
    public int Width => noise.Width;

    /// <inheritdoc/>
    public Variable<double> Place(Variable<double> v) => v.Tape.Apply(this, v);

    /// <inheritdoc/>
    public void Place(ReadOnlyBatch<double> controls, Batch<double> departures)
    {
        for (var row = 0; row < controls.Rows; row++)
        {
            noise.Color(controls[row], departures[row]);
            TensorPrimitives.Multiply(departures[row], factor, departures[row]);
        }
    }

    /// <inheritdoc/>
    public void AddTransposed(ReadOnlyBatch<double> departures, Batch<double> controls)
    {
        using var frame = Scratch.Enter();
        var scaled = frame.Rent(1, Width)[0];
        for (var row = 0; row < departures.Rows; row++)
        {
            TensorPrimitives.Multiply(departures[row], factor, scaled);
            noise.AddTransposed(scaled, controls[row]);
        }
    }

    /// <inheritdoc/>
    public double[] Variances() => [.. noise.StandardDeviations().Select(sd => factor * factor * sd * sd)];

    /// <inheritdoc/>
    public Size Measure(Operands<double> x) => x.Size(0).Width == Modes
        ? new(x.Size(0).Rows, Width)
        : throw new ArgumentException($"The root reads rows of {Modes} but was given rows of {x.Size(0).Width}.");

    /// <inheritdoc/>
    public void Apply(Operands<double> x, Batch<double> y) => Place(x[0], y);

    /// <inheritdoc/>
    public void AddTangent(Operands<double> x, ReadOnlyBatch<double> y, Tangents<double> dx, Batch<double> dy) => Place(dx[0], dy);

    /// <inheritdoc/>
    public void AddAdjoint(Operands<double> x, ReadOnlyBatch<double> y, ReadOnlyBatch<double> yBar, Adjoints<double> xBar) => AddTransposed(yBar, xBar[0]);
}
