using System.Diagnostics;
using Sonde.Assimilation;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Experiments.Running;

/// <summary>One method's beliefs about latent rows as beliefs about fields. What it returns is valid until it is asked again.</summary>
/// <param name="view">Makes fields of rows.</param>
/// <param name="errors">What it errs by; null where nothing is believed about that.</param>
internal sealed class BeliefDecoder(FieldView view, DecodedErrors? errors)
{
    private readonly Stopwatch clock = new();
    private Matrix<double>? decoded, members, erring, draws;
    private (int Trajectory, int Index)? errs;

    /// <summary>Wall time spent here.</summary>
    public double Seconds => clock.Elapsed.TotalSeconds;

    /// <summary>How many threads may work.</summary>
    public Workers Workers { get; set; } = Workers.One;

    /// <summary>Members are decoded themselves, a Gaussian by the tangent at its mean.</summary>
    public IBelief Fields(IBelief belief)
    {
        clock.Start();
        try
        {
            return belief is EnsembleBelief ensemble ? Fields(ensemble) : view.Decode((GaussianBelief)belief);
        }
        finally
        {
            clock.Stop();
        }
    }

    /// <summary>The same, and what fields err by besides.</summary>
    /// <param name="belief">About latent rows.</param>
    /// <param name="observation">When.</param>
    /// <param name="trajectory">Which.</param>
    public IBelief FieldsWithErrors(IBelief belief, Observation observation, int trajectory)
    {
        var fields = Fields(belief);
        if (errors is null)
            return fields;
        clock.Start();
        try
        {
            if (belief is not EnsembleBelief ensemble)
                return errors.Add((GaussianBelief)belief, (GaussianBelief)fields, observation);
            if (draws?.Rows != ensemble.Members.Rows)
                (draws, erring) = (new Matrix<double>(ensemble.Members.Rows, errors.Width), new Matrix<double>(ensemble.Members.Rows, view.Fields.Width));
            if (ensemble.Weights is not null || errs != (trajectory, observation.Index))        // draws have mean 0 by the weights, which may differ
            {
                members!.Values.CopyTo(erring!.Values);
                errors.Add(ensemble, erring, draws, observation, trajectory, Workers);
                errs = ensemble.Weights is null ? (trajectory, observation.Index) : null;
            }
            return new EnsembleBelief(erring!, ensemble.Weights);
        }
        finally
        {
            clock.Stop();
        }
    }

    private EnsembleBelief Fields(EnsembleBelief ensemble)
    {
        if (members?.Rows != ensemble.Members.Rows)
            (members, decoded) = (new Matrix<double>(ensemble.Members.Rows, view.Fields.Width), null);
        if (decoded is null || !decoded.Values.SequenceEqual(ensemble.Members.Values))          // a smoother's states are often the analysis once more
        {
            view.Decode(ensemble.Members, members, Workers);
            (decoded, errs) = (ensemble.Members.Copy(), null);
        }
        return new EnsembleBelief(members, ensemble.Weights);
    }
}
