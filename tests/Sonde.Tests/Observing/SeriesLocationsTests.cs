using Sonde.Dynamics;
using Sonde.Dynamics.Systems;
using Sonde.Numerics;
using Sonde.Observing.Errors;
using Sonde.Observing.Networks;

namespace Sonde.Tests.Observing;

/// <summary>Networks laid out over a whole series of observation times.</summary>
public sealed class SeriesLocationsTests
{
    private const int Times = 8;
    private static readonly Domain Ring = ((IDifferentiableVectorField)new Lorenz96(5)).Domain;
    private static readonly ObservedFields All = new(Ring);

    [Fact]
    public void Every_pair_of_time_and_point_is_as_likely()
    {
        var (locations, hits) = (new ScatteredLocations(new CountRange(3, 3)), new int[Times, 5]);
        const int draws = 8000;
        for (var n = 0; n < draws; n++)
        {
            var probes = locations.ChooseAll(All, Times, new RandomSource(1).Fork(n));
            Assert.Equal(3, probes.Sum(at => at.Count));
            for (var k = 0; k < Times; k++)
                foreach (var probe in probes[k])
                    hits[k, probe.Component]++;
        }
        const double expected = draws * 3.0 / (Times * 5);
        foreach (var count in hits)
            Assert.InRange(count, expected - 4.5 * Math.Sqrt(expected), expected + 4.5 * Math.Sqrt(expected));
    }

    [Fact]
    public void The_number_is_drawn_between_its_bounds_and_only_given_points_are_read()
    {
        var (locations, counts) = (new ScatteredLocations(new CountRange(2, 5), [1, 4]), new int[6]);
        for (var n = 0; n < 2000; n++)
        {
            var probes = locations.ChooseAll(All, Times, new RandomSource(2).Fork(n));
            counts[probes.Sum(at => at.Count)]++;
            Assert.All(probes.SelectMany(at => at), probe => Assert.Contains(probe.Component, new[] { 1, 4 }));
        }
        Assert.All(counts[2..], count => Assert.InRange(count, 420, 580));
    }

    [Theory]
    [InlineData(3, null)]
    [InlineData(3, 2)]
    [InlineData(20, null)]
    public void Periodic_times_begin_at_their_offset(int every, int? offset)
    {
        var locations = new PeriodicLocations(every, offset, [2]);
        var firsts = new HashSet<int>();
        for (var n = 0; n < 200; n++)
        {
            var read = locations.ChooseAll(All, Times, new RandomSource(3).Fork(n)).Select((at, k) => (at.Count, k)).Where(pair => pair.Count > 0).Select(pair => pair.k).ToArray();
            Assert.All(read.Skip(1).Zip(read), pair => Assert.Equal(every, pair.First - pair.Second));
            firsts.Add(read[0]);
        }
        Assert.Equal(offset is { } only ? [only] : Enumerable.Range(0, Math.Min(every, Times)), firsts.Order());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_series_has_a_network_of_its_own_where_it_is_redrawn(bool redraw)
    {
        var network = new ObservationNetwork(Ring, [new NetworkPart(new ScatteredLocations(new CountRange(4, 4), Redraw: redraw), Error: new ErrorModel(0.1))], new RandomSource(4));
        var (grid, states) = (new TimeGrid(0, 1), new Matrix<double>(Times, 5));
        GridTime[] times = [.. Enumerable.Range(1, Times).Select(k => new GridTime(k))];
        var layouts = Enumerable.Range(0, 30).Select(n =>
        {
            var observations = network.Observe(times, grid, states, new RandomSource(n).Fork("places"), new RandomSource(n).Fork("noise"));
            Assert.Equal(Enumerable.Range(0, Times), observations.Select(o => o.Index));
            Assert.All(observations, o => Assert.Equal(o.Count, o.Operator.OutputWidth));
            return string.Join(' ', observations.Select(o => string.Join(',', o.Points)));
        });
        Assert.InRange(layouts.Distinct().Count(), redraw ? 29 : 1, redraw ? 30 : 1);
    }

    [Fact]
    public void Either_of_several_layouts_is_drawn_for_a_series_each_as_likely()
    {
        var either = new EitherLocations([new PeriodicLocations(4), new ScatteredLocations(new CountRange(5, 5)), new IndexedLocations([0])]);
        var counts = new Dictionary<int, int>();
        for (var n = 0; n < 900; n++)
        {
            var readings = either.ChooseAll(All, Times, new RandomSource(6).Fork(n)).Sum(at => at.Count);
            counts[readings] = counts.GetValueOrDefault(readings) + 1;
        }
        Assert.Equal([5, 8, 10], counts.Keys.Order());              // scattered, one point at all times, all five points at two
        Assert.All(counts.Values, count => Assert.InRange(count, 240, 360));
        Assert.Contains("there are 0", Assert.Throws<ArgumentException>(() => new EitherLocations([])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_drawn_is_refused_with_both_numbers()
    {
        var random = new RandomSource(5);
        Assert.Contains("At most 40 readings", Assert.Throws<ArgumentException>(() => new ScatteredLocations(new CountRange(1, 41)).ChooseAll(All, Times, random)).Message, StringComparison.Ordinal);
        Assert.Contains("not 5 and 2", Assert.Throws<ArgumentException>(() => new CountRange(5, 2)).Message, StringComparison.Ordinal);
        Assert.Contains("0 to 2, not 3", Assert.Throws<ArgumentException>(() => new PeriodicLocations(3, 3)).Message, StringComparison.Ordinal);
        Assert.Contains("Location 5 does not exist", Assert.Throws<ArgumentException>(() => new PeriodicLocations(3, 1, [5]).ChooseAll(All, Times, random)).Message, StringComparison.Ordinal);
    }
}
