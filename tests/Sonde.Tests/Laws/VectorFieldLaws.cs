using System.Numerics.Tensors;
using Sonde.Dynamics;
using Sonde.Dynamics.Systems;
using Sonde.Numerics;

namespace Sonde.Tests.Laws;

/// <summary>What holds for every differentiable tendency in the library: a new one is a line in this list.</summary>
public sealed class VectorFieldLaws
{
    private const int Rows = 3;

    private static readonly Dictionary<string, IDifferentiableVectorField> Fields = new()
    {
        ["lorenz-63"] = new Lorenz63(),
        ["lorenz-96"] = new Lorenz96(),
        ["lorenz-96 of 4 sites"] = new Lorenz96(4),
        ["lorenz-96 of 37 sites"] = new Lorenz96(37, 5.5),
        ["pendulum"] = new Pendulum(),
        ["two-level lorenz-96"] = new TwoLevelLorenz96(),
        ["two-level lorenz-96, 4 sites and one fast each"] = new TwoLevelLorenz96(4, 1, 8, 0.5, 3, 2),
        ["reduced lorenz-96"] = new ReducedLorenz96(),
        ["lorenz-96 with a term between knots"] = new PiecewiseTendency(new Lorenz96(9), [-2, -0.7, 0.6, 1.9], [0.3, -1, 0.5, 2]),
    };

    public static TheoryData<string> Names => [.. Fields.Keys];

    public static TheoryData<string> ParametricNames => [.. Fields.Where(pair => pair.Value is IParametricField).Select(pair => pair.Key)];

    [Fact]
    public void Every_differentiable_tendency_is_in_the_list() =>
        Assert.Empty(Implementations.Of<IDifferentiableVectorField>().Except(Fields.Values.Select(field => field.GetType())));

    [Theory]
    [MemberData(nameof(Names))]
    public void Tangent_is_the_limit_of_central_differences(string name)
    {
        var (field, x, dx) = Case(name);
        var tangent = new Matrix<double>(Rows, field.Width);
        field.Tangent<double>(0.3, x, dx, tangent);
        var best = Enumerable.Range(2, 5).Min(power =>
        {
            var step = Math.Pow(10, -power);
            var (ahead, behind) = (x.Copy(), x.Copy());
            var (high, low) = (new Matrix<double>(Rows, field.Width), new Matrix<double>(Rows, field.Width));
            TensorPrimitives.MultiplyAdd<double>(dx.Values, step, ahead.Values, ahead.Values);
            TensorPrimitives.MultiplyAdd<double>(dx.Values, -step, behind.Values, behind.Values);
            field.Evaluate<double>(0.3, ahead, high);
            field.Evaluate<double>(0.3, behind, low);
            TensorPrimitives.Subtract<double>(high.Values, low.Values, high.Values);
            TensorPrimitives.Divide<double>(high.Values, 2 * step, high.Values);
            return TensorPrimitives.Distance<double>(high.Values, tangent.Values) / TensorPrimitives.Norm<double>(tangent.Values);
        });
        Assert.True(best < 1e-9, $"The best relative difference is {best}.");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Adjoint_is_the_transpose_of_the_tangent_and_accumulates(string name)
    {
        var (field, x, dx) = Case(name);
        var y = Random(Rows, field.Width, "y");
        var tangent = new Matrix<double>(Rows, field.Width);
        field.Tangent<double>(0.3, x, dx, tangent);
        var once = new Matrix<double>(Rows, field.Width);
        field.AddAdjoint<double>(0.3, x, y, once);
        var (left, right) = (TensorPrimitives.Dot<double>(tangent.Values, y.Values), TensorPrimitives.Dot<double>(dx.Values, once.Values));
        var scale = TensorPrimitives.Norm<double>(tangent.Values) * TensorPrimitives.Norm<double>(y.Values);
        Assert.True(Math.Abs(left - right) <= 1e-12 * scale, $"⟨Mx, y⟩ is {left} and ⟨x, Mᵀy⟩ is {right}.");

        var added = Random(Rows, field.Width, "start");
        var start = added.Copy();
        field.AddAdjoint<double>(0.3, x, y, added);
        for (var i = 0; i < added.Values.Length; i++)
            Assert.Equal(start.Values[i] + once.Values[i], added.Values[i], 1e-12 * scale);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_row_on_its_own_gives_the_bits_it_gives_in_a_batch(string name)
    {
        var (field, x, dx) = Case(name);
        var y = Random(Rows, field.Width, "y");
        var (value, tangent, adjoint) = (new Matrix<double>(Rows, field.Width), new Matrix<double>(Rows, field.Width), new Matrix<double>(Rows, field.Width));
        field.Evaluate<double>(0.3, x, value);
        field.Tangent<double>(0.3, x, dx, tangent);
        field.AddAdjoint<double>(0.3, x, y, adjoint);
        for (var row = 0; row < Rows; row++)
        {
            var one = new double[field.Width];
            var oneTangent = new double[field.Width];
            var oneAdjoint = new double[field.Width];
            field.Evaluate(0.3, new ReadOnlyBatch<double>(x[row]), new Batch<double>(one));
            field.Tangent(0.3, new ReadOnlyBatch<double>(x[row]), new ReadOnlyBatch<double>(dx[row]), new Batch<double>(oneTangent));
            field.AddAdjoint(0.3, new ReadOnlyBatch<double>(x[row]), new ReadOnlyBatch<double>(y[row]), new Batch<double>(oneAdjoint));
            Assert.Equal(value[row], one.AsSpan());
            Assert.Equal(tangent[row], oneTangent.AsSpan());
            Assert.Equal(adjoint[row], oneAdjoint.AsSpan());
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void One_row_to_linearize_at_serves_every_perturbation(string name)
    {
        var (field, x, dx) = Case(name);
        var same = new Matrix<double>(Rows, field.Width);
        for (var row = 0; row < Rows; row++)
            x[0].CopyTo(same[row]);
        var (shared, repeated) = (new Matrix<double>(Rows, field.Width), new Matrix<double>(Rows, field.Width));
        field.Tangent(0.3, new ReadOnlyBatch<double>(x[0]), dx, shared.All);
        field.Tangent<double>(0.3, same, dx, repeated);
        Assert.Equal(repeated.Values, shared.Values);
        shared.All.Clear();
        repeated.All.Clear();
        field.AddAdjoint(0.3, new ReadOnlyBatch<double>(x[0]), dx, shared.All);
        field.AddAdjoint<double>(0.3, same, dx, repeated);
        Assert.Equal(repeated.Values, shared.Values);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Single_precision_agrees_with_double(string name)
    {
        var (field, x, _) = Case(name);
        var value = new Matrix<double>(Rows, field.Width);
        var single = new Matrix<float>(Rows, field.Width);
        var x32 = new Matrix<float>(Rows, field.Width);
        TensorPrimitives.ConvertTruncating<double, float>(x.Values, x32.Values);
        field.Evaluate<double>(0.3, x, value);
        field.Evaluate<float>(0.3, x32, single);
        var scale = TensorPrimitives.MaxMagnitude<double>(value.Values);
        for (var i = 0; i < value.Values.Length; i++)
            Assert.Equal(value.Values[i], single.Values[i], 2e-6 * Math.Abs(scale));
    }

    [Theory]
    [MemberData(nameof(ParametricNames))]
    public void Tangent_and_adjoint_cover_the_parameters(string name)
    {
        var (plain, x, dx) = Case(name);
        var field = (IParametricField)plain;
        var count = field.Parameters.Count;
        var parameters = Random(Rows, count, "parameters");
        for (var row = 0; row < Rows; row++)
            for (var i = 0; i < count; i++)
                parameters[row, i] = field.ParameterValue(i) * (1 + 0.1 * parameters[row, i]);
        var dParameters = Random(Rows, count, "dParameters");
        var y = Random(Rows, field.Width, "y");
        var (tangent, xBar, pBar) = (new Matrix<double>(Rows, field.Width), new Matrix<double>(Rows, field.Width), new Matrix<double>(Rows, count));
        field.Tangent<double>(0.3, x, parameters, dx, dParameters, tangent);
        field.AddAdjoint<double>(0.3, x, parameters, y, xBar, pBar);

        var left = TensorPrimitives.Dot<double>(tangent.Values, y.Values);
        var right = TensorPrimitives.Dot<double>(dx.Values, xBar.Values) + TensorPrimitives.Dot<double>(dParameters.Values, pBar.Values);
        var scale = TensorPrimitives.Norm<double>(tangent.Values) * TensorPrimitives.Norm<double>(y.Values);
        Assert.True(Math.Abs(left - right) <= 1e-12 * scale, $"⟨Mx, y⟩ is {left} and ⟨x, Mᵀy⟩ is {right}.");

        const double Step = 1e-4;
        var (high, low) = (new Matrix<double>(Rows, field.Width), new Matrix<double>(Rows, field.Width));
        field.Evaluate<double>(0.3, Moved(x, dx, Step), Moved(parameters, dParameters, Step), high);
        field.Evaluate<double>(0.3, Moved(x, dx, -Step), Moved(parameters, dParameters, -Step), low);
        TensorPrimitives.Subtract<double>(high.Values, low.Values, high.Values);
        TensorPrimitives.Divide<double>(high.Values, 2 * Step, high.Values);
        var error = TensorPrimitives.Distance<double>(high.Values, tangent.Values) / TensorPrimitives.Norm<double>(tangent.Values);
        Assert.True(error < 1e-7, $"The relative difference is {error}.");
    }

    private static (IDifferentiableVectorField Field, Matrix<double> X, Matrix<double> Dx) Case(string name)
    {
        var field = Fields[name];
        return (field, Random(Rows, field.Width, "x"), Random(Rows, field.Width, "dx"));
    }

    private static Matrix<double> Random(int rows, int width, string purpose)
    {
        var matrix = new Matrix<double>(rows, width);
        new RandomSource(7).Fork(purpose).FillNormal(matrix.Values);
        return matrix;
    }

    private static Matrix<double> Moved(Matrix<double> x, Matrix<double> dx, double step)
    {
        var moved = x.Copy();
        TensorPrimitives.MultiplyAdd<double>(dx.Values, step, moved.Values, moved.Values);
        return moved;
    }
}
