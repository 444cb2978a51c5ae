using Sonde.Dynamics.Fields;

namespace Sonde.Observing.Networks;

/// <summary>What a network observes at one time.</summary>
/// <param name="Operator">From a state to what the instruments would read.</param>
/// <param name="Points">Where each value is read, [m]; null where it has no place.</param>
/// <param name="Quantities">What each value is, [m], such as "temperature" or "square(x)".</param>
public sealed record NetworkReading(IObservationOperator Operator, IReadOnlyList<SpacePoint?> Points, IReadOnlyList<string> Quantities);
