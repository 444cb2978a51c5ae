namespace Sonde.Observing.Operators;

/// <summary>An instrument as an experiment file names it.</summary>
/// <param name="Kind">One of <see cref="Instruments.Names"/>.</param>
/// <param name="Low">The lower bound of "clip"; the floor of "log" (1e-6 where not given).</param>
/// <param name="High">The upper bound of "clip"; the limit of "saturation" (1 where not given).</param>
/// <param name="Inputs">How many values make one reading of "magnitude".</param>
public sealed record InstrumentSettings(string Kind = "identity", double? Low = null, double? High = null, int Inputs = 1);
