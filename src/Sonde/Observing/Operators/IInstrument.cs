namespace Sonde.Observing.Operators;

/// <summary>
/// What an instrument shows, from the values of fields where it stands. One reading depends on its own values alone, so value
/// and derivatives are written once and serve tangent and adjoint. Stateless.
/// </summary>
public interface IInstrument
{
    /// <summary>As in experiment files and reports.</summary>
    string Name { get; }

    /// <summary>k: how many values make one reading, 1 or more.</summary>
    int Inputs { get; }

    /// <summary>The readings.</summary>
    /// <param name="values">First values of all m readings, then second values …, [k m].</param>
    /// <param name="readings">[m].</param>
    void Read(ReadOnlySpan<double> values, Span<double> readings);

    /// <summary>∂ reading / ∂ value, in the layout of the values.</summary>
    /// <param name="values">[k m].</param>
    /// <param name="slopes">[k m].</param>
    void Slopes(ReadOnlySpan<double> values, Span<double> slopes);
}
