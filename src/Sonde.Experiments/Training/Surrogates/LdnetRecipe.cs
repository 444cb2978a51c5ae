using System.Numerics;
using Sonde.Experiments.Training.Layers;
using Sonde.Surrogates;

namespace Sonde.Experiments.Training;

/// <summary>A surrogate of trajectories that follow from parameters: an LDNet with the published decoder or a separable one.</summary>
/// <param name="Data">The trajectories.</param>
/// <param name="Latent">The latent dynamics.</param>
/// <param name="Decoder">From latent states to fields.</param>
/// <param name="Points">Random points a step at which fields are compared; modes of the data need none.</param>
/// <param name="Curriculum">Shorter rollouts before the whole ones.</param>
/// <param name="Refinement">How the decoder is trained alone at the end; not at all where absent.</param>
/// <param name="Times">Random times a step at which trajectories are compared, one from each of as many equal parts; all where absent.</param>
public sealed record LdnetRecipe(
    TrajectoriesConfig Data, LatentConfig Latent, IDecoderSource Decoder, int Points = 1000, IReadOnlyList<CurriculumStage>? Curriculum = null,
    TrainingConfig? Refinement = null, int? Times = null) : IRecipe
{
    /// <summary>Random points a step.</summary>
    public int Points { get; init; } = Require.AtLeast(1, Points, nameof(Points));

    /// <summary>Random times a step.</summary>
    public int? Times { get; init; } = Require.AtLeast(1, Times, nameof(Times));

    /// <inheritdoc/>
    public ITrainable<T> Prepare<T>(RecipeContext context) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(context);
        var trajectories = Trajectories<T>.Of(Data, context.Folder, context.Random.Fork("simulation"));
        int[] learned, heldOut;
        try
        {
            (learned, heldOut) = context.Training.Split(trajectories.Count, context.Random.Fork("split"));
        }
        catch (ArgumentException e)
        {
            throw new InputException($"training.validation: {InputException.Sentence(e)}", e);
        }
        foreach (var stage in Curriculum ?? [])
            if (stage.Snapshots > trajectories.Times)
                throw new InputException($"curriculum: a stage has rollouts of {stage.Snapshots} snapshots, but trajectories have {trajectories.Times}.");
        var data = new NormalizedTrajectories<T>(trajectories, learned);
        var dynamics = Latent.Build<T>(trajectories.Names.Count);
        StoredModes<T>? modes = null;
        var decoder = Decoder.Build(Latent.States, data.Frame, source =>
        {
            var from = learned[..Math.Min(learned.Length, source.Sample ?? learned.Length)];
            modes = StoredModes<T>.Of(data.Modes(from, source.Modes, context.Random.Fork("modes")), source.Factors, source.Storage, data.Frame, context.Storage);
            return modes.Modes;
        });
        if (decoder is IPointDecoder<T> && data.Held is null)
            throw new InputException($"data: fields are learned at random points of {trajectories.Count} trajectories, which do not fit into {Data.Memory} GiB; expected a greater data.memory.");
        return new Ldnet<T>(this, context.Training, data, dynamics, decoder, modes, learned, heldOut);
    }
}

/// <summary>Latent dynamics as a file describes them.</summary>
/// <param name="States">Width of the latent state.</param>
/// <param name="Network">From [state, parameters] to the slope of the state.</param>
/// <param name="Step">h: how far along its slope the state goes from one snapshot to the next.</param>
/// <param name="Start">From the parameters to the state one step before the first; 0 where absent, as published.</param>
public sealed record LatentConfig(int States, ILayerSource Network, double Step = 1, ILayerSource? Start = null)
{
    /// <summary>Width of the latent state.</summary>
    public int States { get; init; } = Require.AtLeast(1, States, nameof(States));

    /// <summary>How far along its slope the state goes.</summary>
    public double Step { get; init; } = Step > 0 ? Step : throw new ArgumentException("The latent step must be above 0.", nameof(Step));

    /// <summary>The dynamics.</summary>
    /// <param name="parameters">How many parameters there are.</param>
    /// <exception cref="InputException">A layer does not fit its place.</exception>
    public LatentDynamics<T> Build<T>(int parameters) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(NetworkBuilder.Build<T>(Network, "latent.network", Size.Plain(States + parameters), Size.Plain(States)), States, Step,
            Start is null ? null : NetworkBuilder.Build<T>(Start, "latent.start", Size.Plain(parameters), Size.Plain(States)));
}

/// <summary>A stage of shorter rollouts.</summary>
/// <param name="Snapshots">How many snapshots of each trajectory are learned.</param>
/// <param name="Epochs">How often each trajectory is seen.</param>
public sealed record CurriculumStage(int Snapshots, int Epochs)
{
    /// <summary>How many snapshots of each trajectory are learned.</summary>
    public int Snapshots { get; init; } = Require.AtLeast(1, Snapshots, nameof(Snapshots));

    /// <summary>How often each trajectory is seen.</summary>
    public int Epochs { get; init; } = Require.AtLeast(1, Epochs, nameof(Epochs));
}
