using System.Numerics;
using Sonde.Calculus;
using Sonde.Numerics;

namespace Sonde.Networks;

/// <summary>[sin 2πBx, cos 2πBx]: lets a network learn detail. Tancik et al., NeurIPS 2020, eq. 5.</summary>
public sealed class FourierFeatures<T> : ILayer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Matrix<T>? turns;          // 2πB, where it is fixed
    private readonly int frequencies;
    private readonly double deviation;

    /// <summary>Frequencies that are weights, named "frequencies", and are learned.</summary>
    /// <param name="inputs">Values of a row, 1 or more.</param>
    /// <param name="frequencies">Rows of B, 1 or more.</param>
    /// <param name="deviation">Standard deviation of the numbers of B when learning begins.</param>
    /// <exception cref="ArgumentException">There are no inputs or no frequencies.</exception>
    public FourierFeatures(int inputs, int frequencies, double deviation = 1)
    {
        if (inputs < 1 || frequencies < 1)
            throw new ArgumentException($"Fourier features need 1 or more inputs and frequencies, not {inputs} and {frequencies}.", nameof(frequencies));
        (InputWidth, this.frequencies, this.deviation) = (inputs, frequencies, deviation);
    }

    /// <summary>Frequencies that are given and stay.</summary>
    /// <param name="frequencies">B, [frequencies, inputs]; copied.</param>
    /// <exception cref="ArgumentException">B is empty.</exception>
    public FourierFeatures(Matrix<T> frequencies) : this(Given(frequencies).Width, frequencies.Rows)
    {
        turns = frequencies.Copy();
        var rows = turns.All;
        rows *= T.Tau;
    }

    /// <inheritdoc/>
    public int InputWidth { get; }

    /// <inheritdoc/>
    public int OutputWidth => 2 * frequencies;

    /// <inheritdoc/>
    public IReadOnlyList<WeightArray> Weights => turns is null ? [new("frequencies", frequencies, InputWidth)] : [];

    /// <summary>Random frequencies that stay.</summary>
    /// <param name="inputs">Values of a row, 1 or more.</param>
    /// <param name="frequencies">Rows of B, 1 or more.</param>
    /// <param name="deviation">Standard deviation of the numbers of B.</param>
    /// <param name="random">Where they come from.</param>
    /// <exception cref="ArgumentException">There are no inputs or no frequencies.</exception>
    public static FourierFeatures<T> Random(int inputs, int frequencies, double deviation, RandomSource random)
    {
        var drawn = new Matrix<T>(frequencies, inputs);
        Draw(drawn.Values, deviation, random);
        return new(drawn);
    }

    /// <inheritdoc/>
    public Variable<T> Apply(Variable<T> x, Variable<T> weights, Pass pass)
    {
        var phases = turns is null ? (T.Tau * x).Dense(weights.View(0, frequencies, InputWidth)) : x.Dense(x.Tape.Constant(turns));
        return phases.Apply(Activation.Sine).Beside(phases.Apply(Activation.Cosine));
    }

    /// <inheritdoc/>
    public void Initialize(Span<T> weights, RandomSource random)
    {
        if (turns is null)
            Draw(weights, deviation, random);
    }

    private static void Draw(Span<T> values, double deviation, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        random.Fork("frequencies").FillNormal(values);
        foreach (ref var value in values)
            value *= T.CreateChecked(deviation);
    }

    private static Matrix<T> Given(Matrix<T> frequencies)
    {
        ArgumentNullException.ThrowIfNull(frequencies);
        return frequencies;
    }
}
