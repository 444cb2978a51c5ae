using System.Numerics.Tensors;
using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Observing.Operators;
using Sonde.Tests.Problems;

namespace Sonde.Tests.Observing;

/// <summary>Every operator obeys the same laws; an operator missing from the list fails the first test.</summary>
public sealed class OperatorLaws
{
    private const int Width = 24;

    private static readonly Dictionary<string, IObservationOperator> Operators = List();

    public static TheoryData<string> Names => [.. Operators.Keys];

    [Fact]
    public void Every_operator_of_the_library_is_in_the_list()
    {
        var listed = Operators.Values.Select(h => h.GetType()).ToHashSet();
        var missing = typeof(IObservationOperator).Assembly.GetTypes()
            .Where(type => type is { IsAbstract: false, IsVisible: true } && type.IsAssignableTo(typeof(IObservationOperator)) && !listed.Contains(type));
        Assert.Empty(missing);
    }

    [Fact]
    public void Every_instrument_of_the_table_is_in_the_list() =>
        Assert.Equal([], Instruments.Names.Except(Operators.Keys));

    [Theory]
    [MemberData(nameof(Names))]
    public void The_tangent_is_the_limit_of_differences(string name)
    {
        var h = Operators[name];
        var (x, dx) = (Rows(3, Width, "x"), Rows(3, Width, "dx"));
        var dy = new Matrix<double>(3, h.OutputWidth);
        h.Tangent(x, dx, dy);
        const double Epsilon = 1e-5;
        var (ahead, behind) = (new Matrix<double>(x), new Matrix<double>(x));
        Add(ahead, Epsilon, dx);
        Add(behind, -Epsilon, dx);
        var (yAhead, yBehind) = (new Matrix<double>(3, h.OutputWidth), new Matrix<double>(3, h.OutputWidth));
        h.Apply(ahead, yAhead);
        h.Apply(behind, yBehind);
        for (var i = 0; i < dy.Values.Length; i++)
            Assert.Equal((yAhead.Values[i] - yBehind.Values[i]) / (2 * Epsilon), dy.Values[i], 2e-8 * (1 + Math.Abs(dy.Values[i])));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_adjoint_is_the_transpose_of_the_tangent(string name)
    {
        var h = Operators[name];
        var (x, dx, yBar) = (Rows(1, Width, "x"), Rows(1, Width, "dx"), Rows(1, h.OutputWidth, "yBar"));
        var (dy, xBar) = (new Matrix<double>(1, h.OutputWidth), new Matrix<double>(1, Width));
        h.Tangent(x, dx, dy);
        h.AddAdjoint(x, yBar, xBar);
        var left = TensorPrimitives.Dot<double>(dy.Values, yBar.Values);
        var right = TensorPrimitives.Dot<double>(dx.Values, xBar.Values);
        var scale = TensorPrimitives.Norm<double>(dy.Values) * TensorPrimitives.Norm<double>(yBar.Values);
        Assert.Equal(left, right, (IsLinear(h) ? 1e-14 : 1e-12) * scale);
        Assert.NotEqual(0, left);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_adjoint_adds_to_what_is_there(string name)
    {
        var h = Operators[name];
        var (x, yBar, before) = (Rows(2, Width, "x"), Rows(2, h.OutputWidth, "yBar"), Rows(2, Width, "before"));
        var (onto, alone) = (new Matrix<double>(before), new Matrix<double>(2, Width));
        h.AddAdjoint(x, yBar, onto);
        h.AddAdjoint(x, yBar, alone);
        for (var i = 0; i < onto.Values.Length; i++)
            Assert.Equal(before.Values[i] + alone.Values[i], onto.Values[i], 1e-13 * (1 + Math.Abs(onto.Values[i])));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void One_point_of_linearization_serves_many_rows(string name)
    {
        var h = Operators[name];
        var (x, dx, yBar) = (Rows(1, Width, "x"), Rows(4, Width, "dx"), Rows(4, h.OutputWidth, "yBar"));
        var repeated = new Matrix<double>(4, Width);
        for (var row = 0; row < 4; row++)
            x[0].CopyTo(repeated[row]);
        var (dyOnce, dyMany) = (new Matrix<double>(4, h.OutputWidth), new Matrix<double>(4, h.OutputWidth));
        h.Tangent(x, dx, dyOnce);
        h.Tangent(repeated, dx, dyMany);
        Assert.Equal(dyMany.Values, dyOnce.Values);
        var (xOnce, xMany) = (new Matrix<double>(4, Width), new Matrix<double>(4, Width));
        h.AddAdjoint(x, yBar, xOnce);
        h.AddAdjoint(repeated, yBar, xMany);
        Assert.Equal(xMany.Values, xOnce.Values);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Tangents_of_many_states_are_those_of_each_alone(string name)
    {
        const int States = 3, Each = 4;
        var h = Operators[name];
        var (x, dx) = (Rows(States, Width, "x"), Rows(States * Each, Width, "dx"));
        var (many, one) = (new Matrix<double>(States * Each, h.OutputWidth), new Matrix<double>(Each, h.OutputWidth));
        h.Tangents(x, dx, many);
        for (var row = 0; row < States; row++)
        {
            h.Tangent(x.All.Slice(row, 1), dx.All.Slice(row * Each, Each), one);
            var own = many.All.Slice(row * Each, Each).Values;
            Assert.InRange(TensorPrimitives.Distance<double>(one.Values, own), 0, 1e-13 * TensorPrimitives.Norm<double>(one.Values));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_selection_predicts_the_chosen_values_bit_for_bit(string name)
    {
        var h = Operators[name];
        int[] chosen = [h.OutputWidth - 1, 0, 2, 2];
        var few = h.Select(chosen);
        Assert.Equal((Width, chosen.Length), (few.InputWidth, few.OutputWidth));
        var (x, dx) = (Rows(3, Width, "x"), Rows(3, Width, "dx"));
        Same(h.Apply, few.Apply);
        Same((_, dy) => h.Tangent(x, dx, dy), (_, dy) => few.Tangent(x, dx, dy));

        var yBarFew = Rows(3, chosen.Length, "yBar");
        var yBarAll = new Matrix<double>(3, h.OutputWidth);
        for (var row = 0; row < 3; row++)
            for (var i = 0; i < chosen.Length; i++)
                yBarAll[row, chosen[i]] += yBarFew[row, i];
        var (xBarFew, xBarAll) = (new Matrix<double>(3, Width), new Matrix<double>(3, Width));
        few.AddAdjoint(x, yBarFew, xBarFew);
        h.AddAdjoint(x, yBarAll, xBarAll);
        for (var i = 0; i < xBarAll.Values.Length; i++)
            Assert.Equal(xBarAll.Values[i], xBarFew.Values[i], 1e-12 * (1 + Math.Abs(xBarAll.Values[i])));
        Assert.Equal(0, h.Select([]).OutputWidth);

        void Same(Map all, Map some)
        {
            var (yAll, ySome) = (new Matrix<double>(3, h.OutputWidth), new Matrix<double>(3, chosen.Length));
            all(x, yAll);
            some(x, ySome);
            for (var row = 0; row < 3; row++)
                for (var i = 0; i < chosen.Length; i++)
                    Assert.Equal(yAll[row, chosen[i]], ySome[row, i]);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Rows_of_a_wrong_width_are_refused_with_both_numbers(string name)
    {
        var h = Operators[name];
        var error = Assert.Throws<ArgumentException>(() => h.Apply(new Matrix<double>(1, Width + 1), new Matrix<double>(1, h.OutputWidth)));
        Assert.Contains($"{Width}", error.Message, StringComparison.Ordinal);
        Assert.Contains($"{Width + 1}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Once_warm_nothing_is_allocated(string name)
    {
        var h = Operators[name];
        var (x, dx, yBar) = (Rows(3, Width, "x"), Rows(3, Width, "dx"), Rows(3, h.OutputWidth, "yBar"));
        var (y, xBar) = (new Matrix<double>(3, h.OutputWidth), new Matrix<double>(3, Width));
        Assert.Equal(0, Allocated.Bytes(Once));

        void Once()
        {
            h.Apply(x, y);
            h.Tangent(x, dx, y);
            h.AddAdjoint(x, yBar, xBar);
        }
    }

    private delegate void Map(ReadOnlyBatch<double> x, Batch<double> y);

    private static bool IsLinear(IObservationOperator h) => h is IdentityOperator or ComponentOperator or SparseOperator or LinearOperator;

    private static void Add(Batch<double> x, double factor, ReadOnlyBatch<double> dx) => x += factor * dx;

    private static Matrix<double> Rows(int rows, int width, string purpose)
    {
        var matrix = new Matrix<double>(rows, width);
        new RandomSource(11).Fork(purpose).FillNormal(matrix.Values);
        return matrix;
    }

    private static IObservationOperator Decoded(string decoder)
    {
        var fields = SmallSurrogate.Make(decoder, Width - 2).Fields;
        return FieldReader.Read(fields, [Probe.At(1, new(-1.3, 12.5)), Probe.Of(fields, 61), Probe.At(0, new(-1.3, 12.5)), Probe.Of(fields, 8)]);
    }

    private static Dictionary<string, IObservationOperator> List()
    {
        var domain = TestPlane.Domain(4, 6);
        var two = TestPlane.Domain(3, 4, "u", "v");
        var points = Enumerable.Range(0, 7).Select(i => TestPlane.Inside(4, 6, i)).ToArray();
        var sparse = FieldReader.Read(domain, [.. points.Select(point => Probe.At(0, point))]);
        var vectors = FieldReader.Read(two, [.. from field in new[] { 0, 1 } from i in Enumerable.Range(0, 5) select Probe.At(field, TestPlane.Inside(3, 4, i))]);
        Assert.IsType<SparseOperator>(sparse);
        var list = new Dictionary<string, IObservationOperator>
        {
            ["all components"] = new IdentityOperator(Width),
            ["some components"] = new ComponentOperator(Width, [3, 0, 23, 3, 7]),
            ["interpolation"] = sparse,
            ["decoded by modes, with a parameter"] = Decoded(SmallSurrogate.Modal),
            ["decoded by a trunk, with a parameter"] = Decoded(SmallSurrogate.Trunk),
            ["dense matrix"] = new LinearOperator(Rows(5, Width, "H")),
            ["stacked"] = new StackedOperator([sparse, new InstrumentOperator(new IdentityOperator(Width), Instruments.Square), new ComponentOperator(Width, [1, 2])]),
            ["magnitude of squares"] = new InstrumentOperator(new InstrumentOperator(vectors, Instruments.Square), new Magnitude(2)),
        };
        foreach (var name in Instruments.Names)
        {
            var settings = new InstrumentSettings(name, Low: name == "clip" ? -0.7 : name == "log" ? 0.3 : null, High: 0.9, Inputs: name == "magnitude" ? 2 : 1);
            list[name] = new InstrumentOperator(vectors, Instruments.Create(settings));
        }
        return list;
    }
}
