using Sonde.Dynamics;
using Sonde.Dynamics.Fields;

namespace Sonde.Surrogates;

/// <summary>The points among places, each once.</summary>
/// <param name="Points">Points.</param>
/// <param name="Columns">Where each place's value stands among all fields of all these points, the fields of a point side by side.</param>
internal sealed record PlaceTable(SpacePoint[] Points, int[] Columns)
{
    /// <exception cref="ArgumentException">A field does not exist.</exception>
    public static PlaceTable Of(FieldFrame frame, IReadOnlyList<FieldPlace> places)
    {
        frame.Check(places);
        var (points, numbers, columns) = (new List<SpacePoint>(), new Dictionary<SpacePoint, int>(), new int[places.Count]);
        for (var i = 0; i < columns.Length; i++)
        {
            if (!numbers.TryGetValue(places[i].Point, out var number))
            {
                numbers.Add(places[i].Point, number = points.Count);
                points.Add(places[i].Point);
            }
            columns[i] = number * frame.Fields + places[i].Field;
        }
        return new([.. points], columns);
    }
}
