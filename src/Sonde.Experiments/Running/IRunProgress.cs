namespace Sonde.Experiments.Running;

/// <summary>Hears how far a run is. May be called from several threads.</summary>
public interface IRunProgress
{
    /// <summary>A piece of work begins: a method, a simulation.</summary>
    /// <param name="label">What it is, unique among pieces under way.</param>
    /// <param name="total">Units of work in it.</param>
    void Begin(string label, long total);

    /// <summary>So many units are done.</summary>
    /// <param name="label">What it is.</param>
    /// <param name="done">Units done so far.</param>
    /// <param name="detail">Where it stands, such as a loss; null where there is nothing to say.</param>
    void Advance(string label, long done, string? detail = null);

    /// <summary>The piece is done, or was stopped.</summary>
    /// <param name="label">What it is.</param>
    /// <param name="outcome">A few words, such as "done" or "diverged at cycle 71".</param>
    void End(string label, string outcome);

    /// <summary>A line that a user should see: something missing, something adjusted.</summary>
    void Note(string line);
}

/// <summary>Hears and says nothing.</summary>
public sealed class SilentProgress : IRunProgress
{
    /// <inheritdoc/>
    public void Begin(string label, long total)
    {
    }

    /// <inheritdoc/>
    public void Advance(string label, long done, string? detail = null)
    {
    }

    /// <inheritdoc/>
    public void End(string label, string outcome)
    {
    }

    /// <inheritdoc/>
    public void Note(string line)
    {
    }
}
