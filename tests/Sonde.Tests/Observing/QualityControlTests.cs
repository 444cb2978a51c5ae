using Sonde.Dynamics;
using Sonde.Dynamics.Fields;
using Sonde.Numerics;
using Sonde.Observing.Operators;
using Sonde.Observing.Quality;
using static Sonde.Observing.Quality.ObservationFate;

namespace Sonde.Tests.Observing;

public sealed class QualityControlTests
{
    private static readonly Domain Plane = TestPlane.Domain(11, 11, "p", "t");

    [Fact]
    public void Every_reading_has_the_fate_of_the_first_check_it_fails()
    {
        Reading[] readings =
        [
            At(1, "p", 1000),
            At(1, "q", double.NaN),
            At(1, "p", double.NaN) with { Time = 99 },
            At(1, "p", double.PositiveInfinity),
            At(1, "p", 1000) with { StandardDeviation = 0, Time = 99 },
            At(1, "p", 1000) with { StandardDeviation = double.NaN },
            At(99, "p", 1000) with { Point = new SpacePoint(-1, 0) },
            At(double.NaN, "p", 1000),
            At(1, "p", 5) with { Point = new SpacePoint(-1, 0) },
            At(1, "p", 939.9),
            At(2, "p", 1060),
            At(1, "t", 5),
        ];
        var ledger = new QualityControl([new FieldLimits("p", 940, 1060)]).Check(readings, Plane, 0, 10);
        Assert.Equal(
            [Used, UnknownField, NotFinite, NotFinite, NonPositiveError, NonPositiveError, OutsideWindow, OutsideWindow, OutsideDomain, GrossError, Used, Used],
            ledger.Fates.ToArray());
    }

    [Fact]
    public void Stations_are_kept_back_only_where_all_they_read_lies_within_the_extent()
    {
        Reading[] readings =
        [
            At(1, "p", 1) with { Station = "A", Point = new SpacePoint(2, 4) },
            At(1, "p", 1) with { Station = "B", Point = new SpacePoint(2, 4.1) },
            At(1, "p", 1) with { Station = "C", Point = new SpacePoint(3, 3) },
            At(2, "p", 1) with { Station = "C", Point = new SpacePoint(9, 3) },
            At(1, "p", 1) with { Station = "D", Point = new SpacePoint(3, 3) },
        ];
        var within = new Extent(new Interval(2, 5), new Interval(0, 4));
        var control = new QualityControl(Withheld: new Withholding(Stations: ["A", "B", "C"], Within: within));
        Assert.Equal([Withheld, Used, Used, Used, Used], control.Check(readings, Plane, 0, 10).Fates.ToArray());
        Assert.Contains("before it begins", Assert.Throws<ArgumentOutOfRangeException>(() => new Interval(2, 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Counts_are_by_field_and_fate()
    {
        Reading[] readings = [At(1, "p", 1), At(2, "p", 1), At(1, "t", double.NaN), At(1, "elsewhere", 1)];
        var counts = new QualityControl().Check(readings, Plane, 0, 10).Count();
        Assert.Equal(["elsewhere", "p", "t"], counts.Quantities);
        Assert.Equal((2, 1, 1, 4), (counts["p", Used], counts["t", NotFinite], counts[UnknownField], counts.Total));
        Assert.Equal([(Used, 2)], counts.Of("p"));
        Assert.Equal(0, counts["nothing", Used]);
    }

    [Theory]
    [InlineData(DuplicateRule.RefuseConflicts, 5.4, "Used Duplicate Duplicate")]
    [InlineData(DuplicateRule.RefuseConflicts, 6.1, "Conflict Conflict Conflict")]
    [InlineData(DuplicateRule.KeepFirst, 6.1, "Used Duplicate Duplicate")]
    [InlineData(DuplicateRule.KeepLast, 6.1, "Duplicate Duplicate Used")]
    public void Of_several_readings_at_one_place_and_time_the_rule_decides(DuplicateRule rule, double last, string expected)
    {
        Reading[] readings = [At(1, "p", 5), At(1, "p", 5), At(1, "p", last)];
        foreach (var named in new[] { false, true })
        {
            var own = readings.Select((reading, i) => named ? reading with { Station = "A", Point = new SpacePoint(i, 1) } : reading).ToArray();
            Assert.Equal(expected, string.Join(' ', new QualityControl(Duplicates: rule).Check(own, Plane, 0, 10).Fates.ToArray()));
        }
    }

    [Fact]
    public void Readings_of_other_stations_times_and_fields_are_no_duplicates()
    {
        Reading[] readings = [At(1, "p", 5) with { Station = "A" }, At(1, "p", 5) with { Station = "B" }, At(2, "p", 5) with { Station = "A" }, At(1, "t", 5) with { Station = "A" }];
        Assert.Equal([Used, Used, Used, Used], new QualityControl().Check(readings, Plane, 0, 10).Fates.ToArray());
    }

    [Fact]
    public void A_wild_value_is_found_by_its_neighbors_and_condemns_none_of_them()
    {
        var readings = Smooth(0.1);
        readings[37] = readings[37] with { Value = readings[37].Value + 100 };
        readings[38] = readings[38] with { Value = readings[38].Value - 3 };
        readings[90] = readings[90] with { Value = readings[90].Value + 2 };
        var ledger = new QualityControl(Buddies: [new BuddyCheck(3)]).Check(readings, Plane, 0, 10);
        Assert.Equal([37, 38, 90], Enumerable.Range(0, readings.Length).Where(i => ledger.Fates[i] == ObservationFate.BuddyCheck));
    }

    [Fact]
    public void Noise_alone_raises_no_alarm()
    {
        var ledger = new QualityControl(Buddies: [new BuddyCheck(3)]).Check(Smooth(0.1, times: 5), Plane, 0, 10);
        Assert.Equal(0, ledger.Count()[ObservationFate.BuddyCheck]);
    }

    [Fact]
    public void A_reading_without_enough_neighbors_is_not_judged()
    {
        Reading[] readings = [.. Smooth(0.1), At(7, "p", 1e6), At(7, "p", 3) with { Point = new SpacePoint(1.5, 1) }, At(7, "p", 4) with { Point = new SpacePoint(2, 1) }];
        var ledger = new QualityControl(Buddies: [new BuddyCheck(3)]).Check(readings, Plane, 0, 10);
        Assert.Equal(0, ledger.Count()[ObservationFate.BuddyCheck]);
    }

    [Fact]
    public void A_buddy_check_may_concern_some_fields_only()
    {
        var readings = Smooth(0.1);
        readings[37] = readings[37] with { Value = 1e3 };
        Assert.Equal(0, new QualityControl(Buddies: [new BuddyCheck(3, Fields: ["t"])]).Check(readings, Plane, 0, 10).Count()[ObservationFate.BuddyCheck]);
        Assert.Equal(1, new QualityControl(Buddies: [new BuddyCheck(3, Fields: ["p"])]).Check(readings, Plane, 0, 10).Count()[ObservationFate.BuddyCheck]);
        Assert.Throws<ArgumentException>(() => new QualityControl(Buddies: [new BuddyCheck(3, Fields: ["w"])]).Check(readings, Plane, 0, 10));
        Assert.Throws<ArgumentException>(() => new QualityControl(Buddies: [new BuddyCheck(0)]).Check(readings, Plane, 0, 10));
    }

    [Fact]
    public void What_is_withheld_is_checked_and_checks_nothing()
    {
        var readings = Smooth(0.1).Select((reading, i) => reading with { Station = $"S{i:000}" }).ToArray();
        var clean = new QualityControl(Buddies: [new BuddyCheck(3)], Withheld: new Withholding(Every: 4)).Check(readings, Plane, 0, 10);
        Assert.Equal(25, clean.Count()[Withheld]);
        for (var i = 0; i < readings.Length; i += 4)
            readings[i] = readings[i] with { Value = readings[i].Value + 50 };
        var spoilt = new QualityControl(Buddies: [new BuddyCheck(3)], Withheld: new Withholding(Every: 4)).Check(readings, Plane, 0, 10);
        for (var i = 0; i < readings.Length; i++)
            Assert.Equal(i % 4 == 0 ? ObservationFate.BuddyCheck : clean.Fates[i], spoilt.Fates[i]);
    }

    [Fact]
    public void Observations_are_made_of_what_is_sound_one_a_time()
    {
        Reading[] readings =
        [
            At(2, "p", 7) with { Station = "B", Point = new SpacePoint(0.5, 0) }, At(1, "p", 5) with { Station = "A" }, At(1, "p", double.NaN) with { Station = "C" },
            At(1, "t", 3) with { Station = "A" }, At(3.5, "t", 4) with { Station = "W" }, At(2, "p", 9) with { Station = "W" },
        ];
        var ledger = new QualityControl(Withheld: new Withholding(Stations: ["W"])).Check(readings, Plane, 0, 10);
        var series = new ObservationSeries(ledger, Plane, new TimeGrid(0, 1));
        Assert.Equal([new GridTime(1), new GridTime(2), new GridTime(3, 0.5)], series.Used.Select(o => o.At));
        Assert.Equal([0, 1, 2], series.Withheld.Select(o => o.Index));
        Assert.Equal([2, 1, 0], series.Used.Select(o => o.Count));
        Assert.Equal([0, 1, 1], series.Withheld.Select(o => o.Count));
        Assert.Equal([1, 3], series.Used[0].Readings.ToArray());
        Assert.Equal(["p", "t"], series.Used[0].Quantities);
        Assert.Equal([5.0, 3.0], series.Used[0].Values.ToArray());
        Assert.IsType<SparseOperator>(series.Used[1].Operator);
        Assert.Equal([3], series.Used[0].Select([1]).Readings.ToArray());
    }

    [Fact]
    public void Stations_that_report_every_time_share_one_operator()
    {
        var readings = Smooth(0.1, times: 3);
        var series = new ObservationSeries(new ObservationLedger(readings), Plane, new TimeGrid(0, 1));
        Assert.Same(series.Used[0].Operator, series.Used[2].Operator);
    }

    [Fact]
    public void A_grid_point_may_be_named_by_its_number()
    {
        Assert.Equal(Probe.Of(Plane, 121 + 5), new Reading(0, "t", 1, 1, Index: 5).ProbeIn(Plane));
        Assert.Null(new Reading(0, "t", 1, 1, Index: 121).ProbeIn(Plane));
        Assert.Null(new Reading(0, "t", 1, 1).ProbeIn(Plane));
        Assert.Equal(1, new Reading(0, "y", 1, 1).ProbeIn(Domain.Unplaced("x", "y"))!.Value.Component);
    }

    [Fact]
    public void A_ledger_keeps_what_was_predicted_and_copies_are_independent()
    {
        Reading[] readings = [At(1, "p", 5), At(2, "p", 7)];
        var ledger = new ObservationLedger(readings);
        var second = new ObservationSeries(ledger, Plane, new TimeGrid(0, 1)).Used[1];
        var copy = ledger.Copy();
        ledger.RecordBackground(second, [6.5], [4]);
        ledger.RecordAnalysis(second, [6.9]);
        ledger.Record(second, [ObservationFate.BackgroundCheck]);
        Assert.Equal([double.NaN, 0.5], ledger.Departures.ToArray());
        Assert.Equal([double.NaN, 2], ledger.Spreads.ToArray());
        Assert.Equal(0.1, ledger.AnalysisDepartures[1], 1e-12);
        Assert.Equal([Used, ObservationFate.BackgroundCheck], ledger.Fates.ToArray());
        Assert.Equal([Used, Used], copy.Fates.ToArray());
        Assert.True(double.IsNaN(copy.Departures[1]));
        copy.Restore(ledger.Save());
        Assert.Equal(ledger.Departures.ToArray(), copy.Departures.ToArray());
        Assert.Equal(ledger.Spreads.ToArray(), copy.Spreads.ToArray());
        Assert.Equal(ledger.AnalysisDepartures.ToArray(), copy.AnalysisDepartures.ToArray());
        Assert.Throws<ArgumentException>(() => copy.Restore(new Matrix<double>(3, 1)));
    }

    private static Reading At(double time, string field, double value) => new(time, field, value, 1, new SpacePoint(1, 1));

    /// <summary>100 stations read a field of waves, with errors.</summary>
    private static Reading[] Smooth(double error, int times = 1) =>
    [
        .. from k in Enumerable.Range(0, times)
           from i in Enumerable.Range(0, 100)
           let point = TestPlane.Inside(11, 11, i)
           let value = 3 * Math.Sin(0.6 * point.X + 0.1 * k) * Math.Cos(0.4 * point.Y)
           select new Reading(1 + k, "p", value + error * new RandomSource(8).Fork(k).Fork(i).NextNormal(), error, point),
    ];
}
