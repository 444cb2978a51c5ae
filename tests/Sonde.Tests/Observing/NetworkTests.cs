using Sonde.Dynamics;
using Sonde.Dynamics.Fields;
using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Observing.Errors;
using Sonde.Observing.Networks;
using Sonde.Observing.Operators;

namespace Sonde.Tests.Observing;

public sealed class NetworkTests
{
    private static readonly Domain Ring = new(new Line(12), [new Field("x", "1", RegularGrid.Ring(12))], ["F"]);

    [Fact]
    public void Everything_is_every_component_of_every_field_and_no_parameter()
    {
        Assert.Equal(Enumerable.Range(0, 12), Components(Ring, new AllLocations()));
        Assert.IsType<IdentityOperator>(Network(Domain.Unplaced(5), new AllLocations()).At(0, 0).Operator);
    }

    [Fact]
    public void What_lasts_is_one_object_at_all_times()
    {
        var network = Network(Ring, new RandomLocations(3));
        Assert.False(network.Changes);
        Assert.Same(network.At(0, 0).Operator, network.At(7, 3.5).Operator);
        var (a, b) = (Observe(network, 0), Observe(network, 1));
        Assert.Same(a.Operator, b.Operator);
        Assert.Same(a.Error, b.Error);
        Assert.Same(a.Points, b.Points);
        Assert.Same(a.Quantities, b.Quantities);
    }

    [Fact]
    public void A_list_counts_points_of_each_field()
    {
        Assert.Equal([4, 0, 4], Components(Ring, new IndexedLocations([4, 0, 4])));
        Assert.Equal([1, 5, 13, 17], Components(TestPlane.Domain(3, 4, "u", "v"), new IndexedLocations([1, 5])));
        Assert.Equal([13, 17], Components(TestPlane.Domain(3, 4, "u", "v"), new IndexedLocations([1, 5]), "v"));
        Assert.Equal([2], Components(Domain.Unplaced("x", "y", "z"), new IndexedLocations([2])));
        Assert.Equal([2], Components(Domain.Unplaced("x", "y", "z"), new IndexedLocations([0]), "z"));
        Refused("12", () => Network(Ring, new IndexedLocations([12])));
    }

    [Fact]
    public void A_stride_goes_along_each_axis()
    {
        Assert.Equal([0, 5, 10], Components(Ring, new StridedLocations(5)));
        Assert.Equal([1, 5, 9], Components(Ring, new StridedLocations(4, 1)));
        Assert.Equal([0, 2, 4, 12, 14, 16], Components(TestPlane.Domain(3, 6), new StridedLocations(2)));
        Refused("0", () => Network(Ring, new StridedLocations(0)));
        Refused("12", () => Network(Ring, new StridedLocations(2, 12)));
    }

    [Fact]
    public void A_grid_of_locations_is_centered()
    {
        Assert.Equal([2, 6, 10], Components(Ring, new SpacedLocations([3])));
        Assert.Equal([7, 22, 37, 52, 67, 82, 97, 112, 127, 142], Components(new Domain(new Line(150), [new Field("x", "1", RegularGrid.Ring(150))]), new SpacedLocations([10])));
        Assert.Equal([7, 10], Components(TestPlane.Domain(3, 6), new SpacedLocations([1, 2])));
        Refused("2", () => Network(Ring, new SpacedLocations([3, 3])));
        Refused("13", () => Network(Ring, new SpacedLocations([13])));
    }

    [Fact]
    public void Random_locations_are_distinct_and_the_same_for_fields_on_like_grids()
    {
        var domain = TestPlane.Domain(5, 6, "u", "v");
        var drawn = Components(domain, new RandomLocations(8));
        Assert.Equal(16, drawn.Distinct().Count());
        Assert.Equal(drawn.Take(8).Select(c => c + 30), drawn.Skip(8));
        Assert.Equal(Enumerable.Range(0, 12), Components(Ring, new RandomLocations(12)));
        Refused("31", () => Network(domain, new RandomLocations(31)));
    }

    [Fact]
    public void Every_point_is_drawn_equally_often()
    {
        var network = Network(Ring, new RandomLocations(4, Redraw: true));
        var counts = new int[12];
        for (var k = 0; k < 3000; k++)
            foreach (var c in ((ComponentOperator)network.At(k, 0).Operator).Components)
                counts[c]++;
        Assert.All(counts, count => Assert.Equal(1000, count, 4.5 * Math.Sqrt(3000 * (1.0 / 3) * (2.0 / 3))));
    }

    [Fact]
    public void Redrawn_locations_depend_on_the_time_s_number_and_not_on_the_order_of_questions()
    {
        var (forwards, backwards) = (Network(Ring, new RandomLocations(4, Redraw: true)), Network(Ring, new RandomLocations(4, Redraw: true)));
        var first = Enumerable.Range(0, 10).Select(k => ComponentsOf(forwards.At(k, 0))).ToArray();
        for (var k = 9; k >= 0; k--)
            Assert.Equal(first[k], ComponentsOf(backwards.At(k, 0)));
        Assert.True(first.Select(c => string.Join(' ', c)).Distinct().Count() > 5);
    }

    [Fact]
    public void Traces_keep_their_spacing_and_move_together()
    {
        var network = Network(Ring, new TracedLocations(3));
        var starts = Enumerable.Range(0, 60).Select(k => ComponentsOf(network.At(k, 0))).ToArray();
        Assert.All(starts, c => Assert.Equal([c[0], c[0] + 4, c[0] + 8], c));
        Assert.Equal([0, 1, 2, 3], starts.Select(c => c[0]).Distinct().Order());
        Assert.Equal([0, 4, 8], Components(Ring, new TracedLocations(3, Redraw: false)));
    }

    [Fact]
    public void Points_are_interpolated_and_must_lie_inside()
    {
        var domain = TestPlane.Domain(3, 4, "u", "v");
        var network = Network(domain, new PointLocations([new SpacePoint(0.5, 1), new SpacePoint(2.5, 0.25)]));
        var state = Enumerable.Range(0, 24).Select(i => i < 12 ? 10.0 * (i / 4) + i % 4 : 1.0).ToArray();
        Assert.Equal([10.5, 5.0, 1.0, 1.0], Predict(network.At(0, 0), state));
        Assert.Equal(["u", "u", "v", "v"], network.At(0, 0).Quantities);
        Refused("'u'", () => Network(domain, new PointLocations([new SpacePoint(-0.1, 0)])));
    }

    [Fact]
    public void Moving_points_are_read_while_they_are_inside()
    {
        var domain = TestPlane.Domain(3, 4);
        var drifter = new Track([0, 2, 10], [new SpacePoint(0, 0), new SpacePoint(2, 1), new SpacePoint(10, 1)]);
        var late = new Track([1, 2], [new SpacePoint(1, 1), new SpacePoint(1, 2)]);
        var network = Network(domain, MovingLocations.Along([drifter, late], domain.Space));
        Assert.True(network.Changes);
        Assert.Equal([new SpacePoint(0.5, 0.25)], network.At(0, 0.5).Points);
        Assert.Equal([new SpacePoint(1.5, 0.75), new SpacePoint(1, 1.5)], network.At(1, 1.5).Points);
        Assert.Equal([new SpacePoint(3, 1)], network.At(2, 3).Points);
        Assert.Equal(0, network.At(3, 4).Operator.OutputWidth);
        Assert.Equal(0, Observe(network, 3, time: 4).Count);
    }

    [Fact]
    public void A_track_crosses_the_seam_the_short_way()
    {
        var track = new Track([0, 1], [new SpacePoint(179, 10), new SpacePoint(-179, 20)]);
        Assert.Equal(new SpacePoint(180, 15), track.At(0.5, new Sphere()));
        Assert.Equal(new SpacePoint(0, 15), track.At(0.5, new Plane()));
        Assert.Null(track.At(1.01, new Sphere()));
        Assert.Null(track.At(-0.01, new Sphere()));
        Assert.Throws<ArgumentException>(() => new Track([0, 0], [default, default]));
    }

    [Fact]
    public void An_instrument_of_two_fields_reads_both_at_each_place()
    {
        var domain = TestPlane.Domain(2, 2, "u", "v");
        var network = Network(domain, new StridedLocations(1), instrument: new Magnitude(2));
        Assert.Equal(["magnitude(u, v)", "magnitude(u, v)", "magnitude(u, v)", "magnitude(u, v)"], network.At(0, 0).Quantities);
        Assert.Equal([5.0, 13, 10, 17], Predict(network.At(0, 0), [3, 5, 6, 8, 4, 12, 8, 15]));
        Refused("magnitude", () => Network(domain, new AllLocations(), instrument: new Magnitude(3)));
        Assert.Equal(["square(x)"], Network(Ring, new IndexedLocations([3]), instrument: Instruments.Square).At(0, 0).Quantities);
    }

    [Fact]
    public void Errors_relative_to_a_field_are_relative_to_all_of_it()
    {
        var domain = TestPlane.Domain(2, 2, "u", "v");
        var states = new Matrix<double>(2, 8);
        double[] values = [1, -1, 1, -1, 10, 10, 30, 30, -1, 1, -1, 1, 10, 10, 30, 30];
        values.CopyTo(states.Values);
        NetworkPart part = new(new IndexedLocations([0]), Error: new ErrorModel(Relative: 0.1));
        var network = new ObservationNetwork(domain, [part], new RandomSource(1), states);
        Assert.Equal([0.1, 1.0], Observe(network, 0).Error.StandardDeviations.ToArray().Select(d => Math.Round(d, 12)));
        Refused("0", () => Observe(new ObservationNetwork(domain, [part], new RandomSource(1)), 0));

        var square = new ObservationNetwork(domain, [part with { Instrument = Instruments.Square, Fields = ["v"] }], new RandomSource(1), states);
        Assert.Equal(40, Observe(square, 0).Error.StandardDeviations[0], 1e-12);     // squares are 100 and 900
    }

    [Fact]
    public void Errors_relative_to_values_change_with_them()
    {
        NetworkPart part = new(new AllLocations(), Error: new ErrorModel(Relative: 0.5, Of: ErrorReference.Value, Floor: 0.01));
        var network = new ObservationNetwork(Domain.Unplaced(2), [part], new RandomSource(1));
        var observation = network.Observe(0, new GridTime(1), 1, [4, 0], new RandomSource(9));
        Assert.Equal([2, 0.01], observation.Error.StandardDeviations.ToArray());
    }

    [Fact]
    public void Observed_values_differ_from_the_truth_by_errors_of_the_stated_size()
    {
        var network = new ObservationNetwork(Domain.Unplaced(1), [new NetworkPart(new AllLocations(), Error: new ErrorModel(Sd: 3))], new RandomSource(1));
        var squares = 0.0;
        for (var k = 0; k < 20_000; k++)
            squares += Math.Pow(network.Observe(k, new GridTime(k + 1), k, [100], new RandomSource(4)).Values.Span[0] - 100, 2);
        Assert.Equal(9, squares / 20_000, 4 * 9 * Math.Sqrt(2.0 / 20_000));
    }

    [Fact]
    public void Parts_are_stacked_in_their_order()
    {
        var domain = TestPlane.Domain(2, 2, "u", "v");
        NetworkPart[] parts =
        [
            new(new IndexedLocations([3]), ["v"], Error: new ErrorModel(Sd: 2)),
            new(new AllLocations(), ["u"], Instruments.Square, new ErrorModel(Sd: 0.5, Distribution: ErrorFamily.Laplace)),
        ];
        var network = new ObservationNetwork(domain, parts, new RandomSource(1));
        Assert.Equal([7.0, 0, 1, 4, 9], Predict(network.At(0, 0), [0, 1, 2, 3, 4, 5, 6, 7]));
        var observation = Observe(network, 0);
        Assert.Equal([2, 0.5, 0.5, 0.5, 0.5], observation.Error.StandardDeviations.ToArray());
        Assert.Equal(["v", "square(u)", "square(u)", "square(u)", "square(u)"], observation.Quantities);
        Assert.Equal(new SpacePoint(1, 1), observation.Points[0]);

        var few = observation.Select([4, 0]);
        Assert.Equal(["square(u)", "v"], few.Quantities);
        Assert.Equal([observation.Values.Span[4], observation.Values.Span[0]], few.Values.ToArray());
        Assert.Equal([0.5, 2], few.Error.StandardDeviations.ToArray());
        Assert.Equal(0, few.Readings.Length);
    }

    [Fact]
    public void A_field_that_is_not_there_is_answered_with_those_that_are() =>
        Refused("u, v", () => Network(TestPlane.Domain(2, 2, "u", "v"), new AllLocations(), fields: ["w"]));

    [Fact]
    public void A_state_that_is_not_finite_is_not_observed() =>
        Refused("NaN", () => Network(Domain.Unplaced(1), new AllLocations()).Observe(0, new GridTime(1), 1, [double.NaN], new RandomSource(1)));

    private static ObservationNetwork Network(Domain domain, ILocations locations, IInstrument? instrument = null, string[]? fields = null) =>
        new(domain, [new NetworkPart(locations, fields, instrument)], new RandomSource(1));

    private static Observation Observe(ObservationNetwork network, int k, double time = 0) =>
        network.Observe(k, new GridTime(k + 1), time, new double[network.At(k, time).Operator.InputWidth], new RandomSource(2));

    private static int[] Components(Domain domain, ILocations locations, params string[] fields) =>
        ComponentsOf(Network(domain, locations, fields: fields.Length == 0 ? null : fields).At(0, 0));

    private static int[] ComponentsOf(NetworkReading reading) => reading.Operator switch
    {
        ComponentOperator few => few.Components.ToArray(),
        IdentityOperator all => [.. Enumerable.Range(0, all.InputWidth)],
        _ => throw new InvalidOperationException("No components."),
    };

    private static double[] Predict(NetworkReading reading, double[] state)
    {
        var y = new double[reading.Operator.OutputWidth];
        reading.Operator.Apply(new ReadOnlyBatch<double>(state), new Batch<double>(y));
        return y;
    }

    private static void Refused(string word, Action action) =>
        Assert.Contains(word, Assert.Throws<ArgumentException>(action).Message, StringComparison.Ordinal);
}
