using Sonde.Dynamics;
using Sonde.Dynamics.Fields;

namespace Sonde.Tests.Dynamics;

public sealed class DomainTests
{
    private static readonly Domain Two = new(
        new Line(4), [new Field("a", "K", RegularGrid.Ring(4)), new Field("b", "hPa", new RegularGrid(new GridAxis(0.5, 1, 3)))], ["rate", "force"]);

    [Fact]
    public void Components_are_fields_one_after_the_other_then_parameters()
    {
        Assert.Equal((9, 7), (Two.Width, Two.FieldWidth));
        Assert.Equal([0, 0, 0, 0, 1, 1, 1, -1, -1], Enumerable.Range(0, 9).Select(Two.FieldOf));
        Assert.Equal(4, Two.OffsetOf(1));
        Assert.Equal(new SpacePoint(1.5), Two.PointOf(5));
        Assert.Null(Two.PointOf(8));
        Assert.Equal((1, -1), (Two.IndexOf("b"), Two.IndexOf("c")));
    }

    [Fact]
    public void Components_without_a_place_have_a_field_each()
    {
        var domain = Domain.Unplaced("x", "y");
        Assert.Equal(["x", "y"], domain.Fields.Select(each => each.Name));
        Assert.Equal(0, domain.Space.Distance(domain.PointOf(0)!.Value, domain.PointOf(1)!.Value));
        Assert.Equal("x2", Domain.Unplaced(3).Fields[2].Name);
    }
}
