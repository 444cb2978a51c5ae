using Sonde.Calculus;
using Sonde.Calculus.Operations;
using Sonde.Dynamics;
using Sonde.Numerics;

namespace Sonde.Assimilation.Amortized;

/// <summary>A system of which some parameters are learned: they ride at the end of a row, the same in each.</summary>
internal sealed class LearnedModel
{
    /// <summary>The name of the parameters' values and standard deviations among what was learned.</summary>
    public const string Saved = "learned parameters";

    private const double LeastVariance = 1e-12;
    private readonly LearnedParameter[] parameters;
    private readonly double[] own;
    private readonly double rate;

    /// <summary>Takes parameters out of a system.</summary>
    /// <param name="parameters">One or more.</param>
    /// <param name="system">The system.</param>
    /// <param name="rate">That of the weights, in whose units those of parameters are.</param>
    /// <exception cref="ArgumentException">The system has no such parameter, or none that could be learned.</exception>
    public LearnedModel(IReadOnlyList<LearnedParameter> parameters, IDynamicalSystem system, double rate)
    {
        (this.parameters, this.rate) = ([.. parameters], rate);
        if (system is not RungeKuttaSystem { Field: IParametricField field, Scheme: var scheme })
            throw new ArgumentException("Parameters are learned of a tendency that is stepped without model error and of which none is estimated with the state, but the system is none.", nameof(system));
        Augmented = new AugmentedSystem(field, [.. parameters.Select(parameter => new UncertainParameter(parameter.Name, Sd: 0))], scheme);
        own = [.. parameters.Select(parameter => field.ParameterValue(field.Parameters.ToList().IndexOf(parameter.Name)))];
        Width = field.Width;
    }

    /// <summary>The system with the parameters at the end of a row.</summary>
    public AugmentedSystem Augmented { get; }

    /// <summary>Components of a state without them.</summary>
    public int Width { get; }

    /// <summary>How many parameters.</summary>
    public int Count => parameters.Length;

    /// <summary>A parameter at a weight.</summary>
    public double Value(int i, double weight) => From(i) + Unit(i) * weight;

    /// <summary>Parameters at their weights.</summary>
    public double[] Values(ReadOnlySpan<float> weights)
    {
        var values = new double[Count];
        for (var i = 0; i < Count; i++)
            values[i] = Value(i, weights[i]);
        return values;
    }

    /// <summary>States, [rows, n], with the parameters at these weights, [1, Count].</summary>
    public Variable<float> Append(Variable<float> states, Variable<float> weights)
    {
        using var frame = Scratch.Enter();
        var from = frame.Rent<float>(1, Count);
        var unit = frame.Rent<float>(1, Count);
        for (var i = 0; i < Count; i++)
            (from[0, i], unit[0, i]) = ((float)From(i), (float)Unit(i));
        var values = weights * states.Tape.Constant(unit) + states.Tape.Constant(from);
        return states.Beside(states.Tape.Apply(new RepeatRows<float>(states.Rows, false), values));
    }

    /// <summary>The states alone of rows at so many times.</summary>
    public Variable<float> Strip(Variable<float> rows, int times) => rows.Tape.Apply(
        new Gather<float>([.. Enumerable.Range(0, times * Width).Select(k => k / Width * (Width + Count) + k % Width)]), rows);

    /// <summary>Values and their standard deviations as they are saved.</summary>
    public static Matrix<double> Save(ReadOnlySpan<double> values, ReadOnlySpan<double> deviations)
    {
        var saved = new Matrix<double>(2, values.Length);
        values.CopyTo(saved[0]);
        deviations.CopyTo(saved[1]);
        return saved;
    }

    /// <summary>Refines states and parameters together, with what was believed of either.</summary>
    /// <param name="grid">Steps.</param>
    /// <param name="scale">Climatology of the states.</param>
    /// <param name="believed">Values and standard deviations, [2, Count].</param>
    /// <exception cref="ArgumentException">The states' covariance was not learned.</exception>
    public WindowRefinement Refinement(TimeGrid grid, EncoderScale scale, ReadOnlyBatch<double> believed)
    {
        var states = scale.RequireCovariance();
        var covariance = new Matrix<double>(Width + Count, Width + Count);
        for (var i = 0; i < Width; i++)
            states[i].CopyTo(covariance[i]);
        for (var i = 0; i < Count; i++)
            covariance[Width + i, Width + i] = Math.Max(LeastVariance, believed[1, i] * believed[1, i]);
        return new(Augmented, grid, [.. scale.State.Mean, .. believed[0]], covariance);
    }

    private double From(int i) => parameters[i].From ?? own[i];

    private double Unit(int i) => parameters[i].Rate / rate;
}
