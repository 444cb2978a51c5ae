using System.Numerics;
using System.Numerics.Tensors;
using Sonde.Calculus;
using Sonde.Dynamics;
using Sonde.Networks;
using Sonde.Numerics;
using Sonde.Surrogates;

namespace Sonde.Experiments.Training;

/// <summary>What a surrogate makes of the parameters of trajectories, one after the other.</summary>
internal sealed class MadeTrajectories<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int MostPoints = 2048;                // at which a network of the coordinate is asked
    private readonly NormalizedTrajectories<T> data;
    private readonly LatentDynamics<T> dynamics;
    private readonly int[] starts;
    private readonly Matrix<T> ofDynamics, ofDecoder, states;
    private readonly IDecoder<T> decoder;
    private readonly IMap<T>? read;
    private readonly Tape<T> tape = new();

    /// <summary>Nothing made yet.</summary>
    /// <param name="data">The trajectories.</param>
    /// <param name="dynamics">The latent dynamics.</param>
    /// <param name="decoder">From latent states to fields.</param>
    /// <param name="weights">Of both.</param>
    public MadeTrajectories(NormalizedTrajectories<T> data, LatentDynamics<T> dynamics, IDecoder<T> decoder, Matrix<T> weights)
    {
        (this.data, this.dynamics, this.decoder, Modal) = (data, dynamics, decoder, decoder as ModalDecoder<T>);
        (Components, starts) = Chosen(data.Frame.Domain, Modal is null ? MostPoints : int.MaxValue);
        (ofDynamics, ofDecoder) = (Part(weights, 0, dynamics.Network.WeightCount), Part(weights, dynamics.Network.WeightCount, decoder.Network.WeightCount));
        var domain = data.Frame.Domain;
        read = Modal is null
            ? decoder.Reading(data.Frame, ofDecoder)(Array.ConvertAll(Components, component => new FieldPlace(domain.FieldOf(component), domain.PointOf(component)!.Value)))
            : null;
        (Fields, states) = (new Matrix<T>(data.Times, Components.Length), new Matrix<T>(data.Times, dynamics.LatentWidth));
        Coefficients = Modal is null ? null : new Matrix<T>(data.Times, Modal.Modes.Count);
    }

    /// <summary>The decoder where it has modes of the data.</summary>
    public ModalDecoder<T>? Modal { get; }

    /// <summary>Which components of the fields are made: all, or those of some points, spread evenly over the list of points.</summary>
    public int[] Components { get; }

    /// <summary>Which of the components belong to a field: from the first to the one after the last.</summary>
    public Range OfField(int field) => starts[field]..starts[field + 1];

    /// <summary>The coefficients of the last trajectory in units of their deviations, [times, modes]; null without modes of the data.</summary>
    public Matrix<T>? Coefficients { get; }

    /// <summary>The normalized fields of the last trajectory, [times, components].</summary>
    public Matrix<T> Fields { get; }

    /// <summary>Fills <see cref="Coefficients"/> and <see cref="Fields"/>.</summary>
    public void Make(int trajectory)
    {
        MakeStates(trajectory);
        if (Modal is null)
        {
            read!.Evaluate(states, Fields);
            return;
        }
        MakeCoefficients();
        Compose(Coefficients!);
    }

    /// <summary>Fills <see cref="Fields"/> with those of given coefficients.</summary>
    public void Compose(ReadOnlyBatch<T> coefficients)
    {
        using var frame = Scratch.Enter();
        var scaled = frame.Rent<T>(coefficients.Rows, coefficients.Width);
        for (var row = 0; row < scaled.Rows; row++)
        {
            TensorPrimitives.Multiply(coefficients[row], Modal!.Modes.Deviation.Values, scaled[row]);
            Modal.Modes.Mean.Values.CopyTo(Fields[row]);
        }
        Dense.Multiply(T.One, scaled, Modal!.Modes.Modes, T.One, Fields);
    }

    private void MakeStates(int trajectory)
    {
        tape.Reset();
        dynamics.Rollout(tape.Constant(data.Parameters.All.Slice(trajectory, 1)), tape.Constant(ofDynamics), data.Times).Value.CopyTo(states);
    }

    private void MakeCoefficients() =>
        decoder.Network.Apply(tape.Constant(states), tape.Constant(ofDecoder), Pass.Deterministic).Value.CopyTo(Coefficients!);

    private static Matrix<T> Part(Matrix<T> weights, int first, int count) => new(new ReadOnlyBatch<T>(weights.Values.Slice(first, count)));

    private static (int[] Components, int[] Starts) Chosen(Domain domain, int most)
    {
        var (components, starts) = (new List<int>(), new int[domain.Fields.Count + 1]);
        for (var f = 0; f < domain.Fields.Count; f++)
        {
            var (grid, count) = (domain.Fields[f].Grid.Count, Math.Min(most, domain.Fields[f].Grid.Count));
            components.AddRange(Enumerable.Range(0, count).Select(p => domain.OffsetOf(f) + (int)((long)p * grid / count)));
            starts[f + 1] = components.Count;
        }
        return ([.. components], starts);
    }
}
