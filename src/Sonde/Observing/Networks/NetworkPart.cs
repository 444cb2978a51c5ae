using Sonde.Observing.Errors;
using Sonde.Observing.Operators;

namespace Sonde.Observing.Networks;

/// <summary>Instruments of one kind: what they observe, where, and how well.</summary>
/// <param name="Locations">Where.</param>
/// <param name="Fields">Names of the fields observed, in the order of the values; null for every field.</param>
/// <param name="Instrument">What is shown; null for the values themselves.</param>
/// <param name="Error">How well; null for independent errors of standard deviation 1.</param>
public sealed record NetworkPart(ILocations Locations, IReadOnlyList<string>? Fields = null, IInstrument? Instrument = null, ErrorModel? Error = null);
