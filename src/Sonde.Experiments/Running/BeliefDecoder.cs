using System.Diagnostics;
using Sonde.Assimilation;
using Sonde.Numerics;

namespace Sonde.Experiments.Running;

/// <summary>One method's beliefs about latent rows as beliefs about fields. What it returns is valid until it is asked again.</summary>
/// <param name="view">Makes fields of rows.</param>
internal sealed class BeliefDecoder(FieldView view)
{
    private readonly Stopwatch clock = new();
    private Matrix<double>? members, decoded;

    /// <summary>Wall time spent here.</summary>
    public double Seconds => clock.Elapsed.TotalSeconds;

    /// <summary>How many threads may work.</summary>
    public Workers Workers { get; set; } = Workers.One;

    /// <summary>Members are decoded one by one, a Gaussian by the tangent at its mean.</summary>
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

    private EnsembleBelief Fields(EnsembleBelief ensemble)
    {
        if (members?.Rows != ensemble.Members.Rows)
            (members, decoded) = (new Matrix<double>(ensemble.Members.Rows, view.Fields.Width), null);
        if (decoded is null || !decoded.Values.SequenceEqual(ensemble.Members.Values))          // a smoother's states are often the analysis once more
        {
            view.Decode(ensemble.Members, members, Workers);
            decoded = ensemble.Members.Copy();
        }
        return new EnsembleBelief(members, ensemble.Weights);
    }
}
