using Sonde.Calculus;
using Sonde.Dynamics.Fields;

namespace Sonde.Dynamics;

/// <summary>A field at a point.</summary>
/// <param name="Field">Which field of a domain.</param>
/// <param name="Point">Where.</param>
public readonly record struct FieldPlace(int Field, SpacePoint Point);

/// <summary>Makes fields of rows that do not hold them, such as latent states: what is observed of a surrogate is read through it.</summary>
public interface IFieldDecoder
{
    /// <summary>Width of the rows read.</summary>
    int RowWidth { get; }

    /// <summary>First component of a row that is a parameter.</summary>
    int ParameterOffset { get; }

    /// <summary>From rows to the values at these places, in their order and in the fields' units, with tangent and adjoint.</summary>
    /// <exception cref="ArgumentException">A field does not exist, or a point lies outside its grid.</exception>
    IMap<double> ReadAt(IReadOnlyList<FieldPlace> places);
}
