using Sonde.Calculus;
using Sonde.Networks;
using Sonde.Numerics;

namespace Sonde.Assimilation.Amortized;

/// <summary>g((xᵢ − m) / s) of each component by itself, with m and s of all components together; g is 0 in the beginning.</summary>
internal sealed class PointwiseTerm
{
    private readonly float center, unit;

    /// <summary>Lays the network out.</summary>
    public PointwiseTerm(TendencyNetwork settings, EncoderScale scale)
    {
        (center, unit) = ((float)scale.Pooled.Mean, (float)(1 / scale.Pooled.Deviation));
        var layers = new List<ILayer<float>>();
        var width = 1;
        foreach (var hidden in settings.Widths)
        {
            layers.Add(new DenseLayer<float>(width, hidden, Activation.Relu));
            width = hidden;
        }
        layers.Add(new DenseLayer<float>(width, 1, Initialization: Initialization.Zero));
        Network = new Chain<float>(layers);
    }

    /// <summary>g.</summary>
    public ILayer<float> Network { get; }

    /// <summary>Of states, [rows, n].</summary>
    public Variable<float> Apply(Variable<float> x, Variable<float> weights)
    {
        var (rows, width) = (x.Rows, x.Width);
        var values = unit * (x - center);
        return Network.Apply(values.View(0, rows * width, 1), weights, Pass.Deterministic).View(0, rows, width);
    }

    /// <summary>At values.</summary>
    public double[] At(IReadOnlyList<double> values, ReadOnlySpan<float> weights)
    {
        using var lent = TapeLoan<float>.Take();
        var row = new Matrix<float>(1, values.Count);
        for (var i = 0; i < values.Count; i++)
            row[0, i] = (float)values[i];
        var written = Apply(lent.Tape.Constant(row), lent.Tape.Constant(new ReadOnlyBatch<float>(weights))).Value;
        var found = new double[values.Count];
        for (var i = 0; i < found.Length; i++)
            found[i] = written[0, i];
        return found;
    }
}
