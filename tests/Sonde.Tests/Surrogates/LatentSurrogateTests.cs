using Sonde.Dynamics;
using Sonde.Dynamics.Fields;
using Sonde.Numerics;
using Sonde.Observing.Networks;
using Sonde.Observing.Operators;
using Sonde.Surrogates;
using Sonde.Tests.Problems;

namespace Sonde.Tests.Surrogates;

/// <summary>A surrogate steps latent rows as LEVDA's equations say, and its fields are read as any others.</summary>
public sealed class LatentSurrogateTests
{
    private static readonly string[] Decoders = [SmallSurrogate.Coordinate, SmallSurrogate.Trunk, SmallSurrogate.Modal];

    public static TheoryData<string> Kinds => [.. Decoders];

    [Fact]
    public void A_state_between_two_steps_lies_on_the_line_between_them()
    {
        var surrogate = SmallSurrogate.Make(SmallSurrogate.Modal);
        var before = Started(surrogate, 1);
        var (between, after) = (before.Copy(), before.Copy());
        surrogate.Advance(after, 0, surrogate.StepLength, 1, 0, new RandomSource(0));
        Forecast.Run(surrogate, new TimeGrid(0, surrogate.StepLength), default, new GridTime(0, 0.3), between, new RandomSource(0), Workers.One);
        for (var i = 0; i < surrogate.Width; i++)
            Assert.Equal(0.7 * before[0, i] + 0.3 * after[0, i], between[0, i], 1e-14);
        Assert.NotEqual(before[0, 0], after[0, 0]);
    }

    [Fact]
    public void Parameters_stay_and_the_first_state_is_one_step_from_zero()
    {
        var surrogate = SmallSurrogate.Make(SmallSurrogate.Modal);
        var started = Started(surrogate, 2);
        var stepped = new Matrix<double>(2, surrogate.Width);
        for (var row = 0; row < 2; row++)
            started[row][^2..].CopyTo(stepped[row][^2..]);
        surrogate.Advance(stepped, 0, surrogate.StepLength, 1, 0, new RandomSource(0));
        Assert.Equal(stepped.Values, started.Values);
        Assert.Equal([1.2, -1], started[0][^2..].ToArray());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Reading_at_points_of_the_grid_equals_the_decoded_grid(string kind)
    {
        var surrogate = SmallSurrogate.Make(kind);
        var rows = Started(surrogate, 3);
        var fields = new Matrix<double>(3, surrogate.Fields.FieldWidth);
        surrogate.Decode(rows, fields);
        int[] components = [0, 7, 29, 30, 44, 59, 60, 61];                     // the last two are the parameters
        var read = FieldReader.Read(surrogate.Fields, [.. components.Select(c => Probe.Of(surrogate.Fields, c))]);
        var values = new Matrix<double>(3, components.Length);
        read.Apply(rows, values);
        for (var row = 0; row < 3; row++)
        {
            for (var i = 0; i < 6; i++)
                Assert.Equal(fields[row, components[i]], values[row, i], 1e-12);
            Assert.Equal(rows[row][^2..].ToArray(), values[row][^2..].ToArray());
        }
    }

    [Theory]
    [InlineData(SmallSurrogate.Trunk)]
    [InlineData(SmallSurrogate.Modal)]
    public void A_separable_decoder_is_the_sum_over_its_terms(string kind)
    {
        var decoder = SmallSurrogate.Decoder(kind, 4);
        var weights = SmallSurrogate.Weights(decoder.Network, "decoder");
        var places = new FieldPlace[] { new(0, new(-1.5, 12)), new(1, new(0.5, 18)), new(1, new(-0.25, 13)) };
        var (states, product) = (new Matrix<double>(5, 4), new Matrix<double>(5, 3));
        new RandomSource(8).FillNormal(states.Values);
        Sonde.Calculus.Map.Evaluate(decoder.Reading(SmallSurrogate.Frame, weights)(places), states, product);
        var dense = Dense(decoder, weights, states, places);
        for (var i = 0; i < product.Values.Length; i++)
            Assert.Equal(dense.Values[i], product.Values[i], 1e-13);
    }

    [Fact]
    public void Locations_of_a_network_are_chosen_among_the_decoded_fields()
    {
        var surrogate = SmallSurrogate.Make(SmallSurrogate.Modal);
        var probes = new SpacedLocations([2, 3]).Choose(new ObservedFields(surrogate.Fields, ["eta"]), 0, new RandomSource(1));
        Assert.Equal(6, probes.Count);
        Assert.Equal((surrogate.Width, 6), (FieldReader.Read(surrogate.Fields, probes).InputWidth, FieldReader.Read(surrogate.Fields, probes).OutputWidth));
    }

    [Fact]
    public void A_point_outside_the_grid_of_modes_is_refused()
    {
        var surrogate = SmallSurrogate.Make(SmallSurrogate.Modal);
        var error = Assert.Throws<ArgumentException>(() => FieldReader.Read(surrogate.Fields, [Probe.At(1, new SpacePoint(9, 12))]));
        Assert.Contains("lies outside the grid of field 'eta'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Modes_are_orthonormal_by_the_weights_and_find_the_rank()
    {
        const int Rank = 3, Width = 40;
        var random = new RandomSource(2);
        var (patterns, shares, snapshots) = (new Matrix<double>(Rank, Width), new Matrix<double>(30, Rank), new Matrix<double>(30, Width));
        random.Fork("patterns").FillNormal(patterns.Values);
        random.Fork("shares").FillNormal(shares.Values);
        Sonde.Numerics.Dense.Multiply<double>(shares, patterns, snapshots);
        double[] weights = [.. Enumerable.Range(0, Width).Select(i => 1 + 0.5 * Math.Sin(i))];
        var fields = snapshots.Copy();
        var modes = FieldModes<double>.Of(snapshots, weights, 8, random.Fork("modes"), Workers.One);
        Assert.Equal(Rank, modes.Count);
        for (var a = 0; a < Rank; a++)
            for (var b = 0; b < Rank; b++)
                Assert.Equal(a == b ? 1 : 0, Enumerable.Range(0, Width).Sum(i => weights[i] * Width / weights.Sum() * modes.Modes[a, i] * modes.Modes[b, i]), 1e-12);
        var coefficients = modes.Coefficients(fields, weights, Workers.One);
        for (var row = 0; row < 30; row++)
            for (var i = 0; i < Width; i++)
                Assert.Equal(
                    fields[row, i], modes.Mean[0, i] + Enumerable.Range(0, Rank).Sum(k => coefficients[row, k] * modes.Deviation[0, k] * modes.Modes[k, i]), 1e-10);
        for (var k = 0; k < Rank; k++)
            Assert.Equal(1, Math.Sqrt(Enumerable.Range(0, 30).Average(row => coefficients[row, k] * coefficients[row, k])), 1e-10);
    }

    [Theory]
    [InlineData(9)]
    [InlineData(3)]
    public void Modes_as_products_are_exact_with_all_functions_and_lose_what_they_leave_out(int functions)
    {
        const int Fields = 2, Rows = 5, Columns = 6, Count = 7;
        var snapshots = new Matrix<double>(20, Fields * Rows * Columns);
        new RandomSource(5).FillNormal(snapshots.Values);
        var weights = Enumerable.Repeat(1.0, snapshots.Width).ToArray();
        var modes = FieldModes<double>.Of(snapshots, weights, Count, new RandomSource(6), Workers.One);
        var factors = FactoredModes<double>.Of(modes, Fields, Rows, functions);
        var expanded = factors.Expand(modes.Mean, modes.Deviation.Values);
        var (whole, kept, lost) = (0.0, 0.0, 0.0);
        for (var k = 0; k < Count; k++)
            for (var i = 0; i < snapshots.Width; i++)
            {
                whole += modes.Modes[k, i] * modes.Modes[k, i];
                kept += expanded.Modes[k, i] * expanded.Modes[k, i];
                lost += (modes.Modes[k, i] - expanded.Modes[k, i]) * (modes.Modes[k, i] - expanded.Modes[k, i]);
            }
        Assert.Equal(whole - kept, lost, 1e-9);                                 // an orthogonal projection
        Assert.InRange(lost / whole, functions == 9 ? 0 : 0.1, functions == 9 ? 1e-20 : 0.9);
        Assert.Equal((Fields * Math.Min(functions, Rows), Fields * Math.Min(functions, Columns)), (factors.AlongY.Rows, factors.AlongX.Rows));
    }

    [Fact]
    public void A_whole_grid_read_through_factors_is_what_the_modes_are_at_its_points()
    {
        var decoder = SmallSurrogate.Decoder(SmallSurrogate.Modal, 4);
        var (found, weights) = (((ModalDecoder<double>)decoder).Modes, SmallSurrogate.Weights(decoder.Network, "decoder"));
        var modes = FactoredModes<double>.Of(found, SmallSurrogate.Frame.Fields, 5, 3).Expand(found.Mean, found.Deviation.Values);
        Assert.NotNull(modes.Factors);
        var places = SmallSurrogate.Frame.GridPlaces();
        var states = new Matrix<double>(5, 4);
        new RandomSource(8).FillNormal(states.Values);
        var (whole, one) = (new Matrix<double>(5, places.Length), new Matrix<double>(5, 1));
        var factored = new ModalDecoder<double>(decoder.Network, modes);
        Sonde.Calculus.Map.Evaluate(factored.Reading(SmallSurrogate.Frame, weights)(places), states, whole);
        foreach (var place in (int[])[0, 7, 29, 30, 44, 59])
        {
            Sonde.Calculus.Map.Evaluate(factored.Reading(SmallSurrogate.Frame, weights)([places[place]]), states, one);
            for (var row = 0; row < 5; row++)
                Assert.Equal(one[row, 0], whole[row, place], 1e-13);
        }
    }

    [Fact]
    public void Modes_of_blocks_are_those_of_all_snapshots()
    {
        const int Blocks = 4, Rows = 5, Width = 12;
        var snapshots = new Matrix<double>(Blocks * Rows, Width);
        new RandomSource(5).FillNormal(snapshots.Values);
        double[] weights = [.. Enumerable.Range(0, Width).Select(i => 1 + 0.5 * Math.Sin(i))];
        var whole = FieldModes<double>.Of(snapshots, weights, Width, new RandomSource(6), Workers.One);
        var parts = FieldModes<double>.Of(Blocks, Rows, (b, rows) => snapshots.All.Slice(b * Rows, Rows).CopyTo(rows), weights, Width, new RandomSource(6), Workers.One);
        for (var k = 0; k < Width; k++)
        {
            Assert.Equal(whole.Deviation[0, k], parts.Deviation[0, k], 1e-10);
            Assert.Equal(1, Math.Abs(Enumerable.Range(0, Width).Sum(i => weights[i] * Width / weights.Sum() * whole.Modes[k, i] * parts.Modes[k, i])), 1e-8);
        }
    }

    /// <summary>Term by term, from the networks themselves.</summary>
    private static Matrix<double> Dense(IDecoder<double> decoder, Matrix<double> weights, Matrix<double> states, FieldPlace[] places)
    {
        var tape = new Sonde.Calculus.Tape<double>();
        var dense = new Matrix<double>(states.Rows, places.Length);
        if (decoder is IPointDecoder<double> point)
        {
            for (var i = 0; i < places.Length; i++)
            {
                var at = SmallSurrogate.Frame.Coordinates<double>([places[i].Point]);
                var all = point.Decode(tape.Constant(states), tape.Constant(at), tape.Constant(weights)).Value;
                for (var row = 0; row < states.Rows; row++)
                    dense[row, i] = all[row, places[i].Field];
            }
            return dense;
        }
        var modal = (ModalDecoder<double>)decoder;
        var b = modal.Network.Apply(tape.Constant(states), tape.Constant(weights), default).Value;
        Span<int> indices = stackalloc int[8];
        Span<double> shares = stackalloc double[8];
        for (var i = 0; i < places.Length; i++)
        {
            var used = SmallSurrogate.Frame.Domain.Fields[0].Grid.Interpolate(SmallSurrogate.Plane.Space, places[i].Point, indices, shares);
            for (var row = 0; row < states.Rows; row++)
                for (var term = 0; term < used; term++)
                {
                    var component = places[i].Field * SmallSurrogate.Frame.Domain.Fields[0].Grid.Count + indices[term];
                    var value = modal.Modes.Mean[0, component];
                    for (var k = 0; k < modal.Modes.Count; k++)
                        value += b[row, k] * modal.Modes.Deviation[0, k] * modal.Modes.Modes[k, component];
                    dense[row, i] += shares[term] * value;
                }
        }
        return dense;
    }

    private static Matrix<double> Started(LatentSurrogate surrogate, int rows)
    {
        var (values, x) = (new Matrix<double>(rows, 2), new Matrix<double>(rows, surrogate.Width));
        for (var row = 0; row < rows; row++)
            (values[row, 0], values[row, 1]) = (1.2 + 0.4 * row, -1 + 2 * row);
        surrogate.Start(values, x);
        return x;
    }
}
