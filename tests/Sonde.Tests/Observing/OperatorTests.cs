using Sonde.Dynamics.Fields;
using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Observing.Operators;

namespace Sonde.Tests.Observing;

public sealed class OperatorTests
{
    [Fact]
    public void Reading_every_component_in_order_costs_a_copy_alone()
    {
        var domain = TestPlane.Domain(3, 4);
        var probes = Enumerable.Range(0, 12).Select(c => Probe.Of(domain, c)).ToArray();
        Assert.IsType<IdentityOperator>(FieldReader.Read(domain, probes));
        Array.Reverse(probes);
        Assert.IsType<ComponentOperator>(FieldReader.Read(domain, probes));
    }

    [Fact]
    public void A_point_of_the_grid_is_read_as_the_component_it_is()
    {
        var domain = TestPlane.Domain(3, 4, "u", "v");
        var reader = Assert.IsType<ComponentOperator>(FieldReader.Read(domain, [Probe.At(1, new SpacePoint(2, 1))]));
        Assert.Equal([12 + 1 * 4 + 2], reader.Components.ToArray());
    }

    [Fact]
    public void Bilinear_interpolation_reproduces_a_bilinear_field()
    {
        var domain = TestPlane.Domain(4, 6);
        var points = Enumerable.Range(0, 20).Select(i => TestPlane.Inside(4, 6, i)).ToArray();
        var x = Values(domain.Width, i => Field(domain.Fields[0].Grid[i]));
        var y = Apply(FieldReader.Read(domain, [.. points.Select(point => Probe.At(0, point))]), x);
        for (var i = 0; i < points.Length; i++)
            Assert.Equal(Field(points[i]), y[0, i], 1e-13);

        static double Field(SpacePoint p) => 2 - 3 * p.X + p.Y + 0.5 * p.X * p.Y;
    }

    [Fact]
    public void A_point_outside_the_grid_is_refused_and_can_be_asked_for()
    {
        var domain = TestPlane.Domain(4, 6);
        var probe = Probe.At(0, new SpacePoint(5.01, 1));
        Assert.False(FieldReader.CanRead(domain, probe));
        Assert.True(FieldReader.CanRead(domain, Probe.At(0, new SpacePoint(5, 1))));
        Assert.False(FieldReader.CanRead(domain, Probe.At(1, new SpacePoint(5, 1))));
        Assert.Contains("5.01", Assert.Throws<ArgumentException>(() => FieldReader.Read(domain, [probe])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Wind_speed_is_the_length_of_the_wind()
    {
        var domain = TestPlane.Domain(2, 2, "u", "v");
        var reader = FieldReader.Read(domain, [Probe.Of(domain, 1), Probe.Of(domain, 2), Probe.Of(domain, 5), Probe.Of(domain, 6)]);
        var y = Apply(new InstrumentOperator(reader, new Magnitude(2)), [9, 3, -5, 9, 9, 4, 12, 9]);
        Assert.Equal([5.0, 13.0], y.Values.ToArray());
    }

    [Theory]
    [InlineData("identity", 0.5, 0.5)]
    [InlineData("square", -3, 9)]
    [InlineData("cube", -2, -8)]
    [InlineData("arctan", 1, Math.PI / 4)]
    [InlineData("exp", 1, Math.E)]
    [InlineData("log", Math.E, 1)]
    [InlineData("absolute", -2.5, 2.5)]
    [InlineData("saturation", 1e9, 1)]
    public void Named_instruments_show_their_function(string kind, double value, double reading) =>
        Assert.Equal(reading, Read(new InstrumentSettings(kind), value), 1e-15 * Math.Abs(reading) * 4);

    [Fact]
    public void A_logarithm_stays_finite_below_its_floor_and_falls_on()
    {
        var log = new InstrumentSettings("log", Low: 0.1);
        Assert.Equal(Math.Log(0.1) - 1, Read(log, 0), 1e-14);
        Assert.Equal(Math.Log(0.1) - 3, Read(log, -0.2), 1e-14);
    }

    [Fact]
    public void A_clipped_instrument_ends_at_its_scale()
    {
        var clip = new InstrumentSettings("clip", Low: -1, High: 2);
        Assert.Equal((-1, 0.5, 2), (Read(clip, -7), Read(clip, 0.5), Read(clip, 3)));
        Assert.Throws<ArgumentException>(() => Instruments.Create(clip with { High = -1 }));
    }

    [Fact]
    public void An_unknown_instrument_is_answered_with_the_known_ones() =>
        Assert.Contains("arctan", Assert.Throws<ArgumentException>(() => Instruments.Create(new InstrumentSettings("tangent"))).Message, StringComparison.Ordinal);

    private static double Read(InstrumentSettings settings, double value)
    {
        var reading = new double[1];
        Instruments.Create(settings).Read([value], reading);
        return reading[0];
    }

    private static double[] Values(int count, Func<int, double> value) => [.. Enumerable.Range(0, count).Select(value)];

    private static Matrix<double> Apply(IObservationOperator h, double[] x)
    {
        var y = new Matrix<double>(1, h.OutputWidth);
        h.Apply(new Batch<double>(x), y);
        return y;
    }
}
