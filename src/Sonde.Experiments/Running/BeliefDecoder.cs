using System.Diagnostics;
using Sonde.Assimilation;
using Sonde.Numerics;

namespace Sonde.Experiments.Running;

/// <summary>One method's beliefs about latent rows as beliefs about fields. What it returns is valid until it is asked again.</summary>
/// <param name="view">Makes fields of rows.</param>
internal sealed class BeliefDecoder(FieldView view)
{
    private readonly Stopwatch clock = new();
    private Matrix<double>? members;
    private Decoded? decoded;                               // what was made last, and of what

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
        var all = ensemble.Members;
        if (decoded?.Rows.Rows != all.Rows || !decoded.Rows.Values.SequenceEqual(all.Values))          // a smoother's states are often the analysis once more
        {
            var fields = decoded?.Fields.Rows == all.Rows ? decoded.Fields : new Matrix<double>(all.Rows, view.Fields.Width);
            view.Decode(all, fields, Workers);
            decoded = new Decoded(all.Copy(), fields);
        }
        if (members?.Rows != all.Rows)
            members = new Matrix<double>(all.Rows, view.Fields.Width);
        decoded.Fields.All.CopyTo(members);                     // whose reader may write to it
        return new EnsembleBelief(members, ensemble.Weights);
    }

    private sealed record Decoded(Matrix<double> Rows, Matrix<double> Fields);
}
