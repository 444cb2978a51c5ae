using System.Numerics;
using Sonde.Calculus;
using Sonde.Numerics;
using Sonde.Tests.Problems;

namespace Sonde.Tests.Laws;

/// <summary>Every operation of the library is the one its tangent and its adjoint say it is, in double and in single precision.</summary>
public sealed class OperationLaws
{
    public static TheoryData<string> Names => [.. OperationCases<double>.All.Keys];

    [Fact]
    public void Every_operation_is_in_the_list()
    {
        var listed = OperationCases<double>.All.Values.Select(one => Definition(one.Operation.GetType())).ToHashSet();
        var missing = typeof(IOperation<>).Assembly.GetTypes()
            .Where(type => type is { IsAbstract: false, IsInterface: false })
            .Where(type => type.GetInterfaces().Any(face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IOperation<>)))
            .Where(type => !listed.Contains(Definition(type)));
        Assert.Empty(missing.Select(type => type.Name));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_tangent_is_the_limit_of_differences_to_second_order(string name)
    {
        var law = new OperationLaw<double>(OperationCases<double>.All[name], 1);
        var errors = new[] { 1e-2, 5e-3, 2.5e-3 }.Select(law.TaylorRemainder).ToArray();
        for (var i = 1; i < errors.Length; i++)
            Assert.True(errors[i] < 1e-11 || errors[i] < errors[i - 1] / 3.2, $"{name}: remainders {string.Join(", ", errors)}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_adjoint_is_the_transpose_of_the_tangent(string name)
    {
        Assert.Equal(0, new OperationLaw<double>(OperationCases<double>.All[name], 2).DotProductError(), 1e-12);
        if (OperationCases<float>.All.TryGetValue(name, out var single))
            Assert.Equal(0, new OperationLaw<float>(single, 2).DotProductError(), 1e-5);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_operand_that_does_not_vary_gets_no_derivative_and_the_others_keep_theirs(string name)
    {
        var one = OperationCases<double>.All[name];
        for (var still = 0; still < one.Operands.Length && one.Operands.Length > 1; still++)
            Assert.Equal(0, new OperationLaw<double>(one, 3, still).DotProductError(), 1e-12);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Single_precision_agrees_with_double(string name)
    {
        if (!OperationCases<float>.All.TryGetValue(name, out var single))
            return;
        var (expected, actual) = (new OperationLaw<double>(OperationCases<double>.All[name], 4).Values(), new OperationLaw<float>(single, 4).Values());
        var scale = expected.Max(Math.Abs) + 1;
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 2e-5 * scale);
    }

    private static Type Definition(Type type) => type.IsGenericType ? type.GetGenericTypeDefinition() : type;
}

/// <summary>One operation with random operands, on a tape; the same numbers in either precision.</summary>
internal sealed class OperationLaw<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly OperationCase<T> one;
    private readonly Tape<T> tape = new();
    private readonly Matrix<T>[] operands, directions;
    private readonly int still;

    public OperationLaw(OperationCase<T> one, int seed, int still = -1)
    {
        this.one = one;
        this.still = still;
        var random = new RandomSource(seed);
        Matrix<T> Draw(Size size, string what, int i, bool positive)
        {
            var drawn = new Matrix<T>(size.Rows, size.Width);
            var doubles = new double[size.Count];
            random.Fork(what).Fork(i).FillNormal(doubles);
            for (var j = 0; j < doubles.Length; j++)
                drawn.Values[j] = T.CreateChecked(positive ? 0.5 + Math.Abs(doubles[j]) : Math.Abs(doubles[j]) < 0.05 ? 0.05 : doubles[j]);
            return drawn;
        }

        operands = [.. one.Operands.Select((size, i) => Draw(size, "x", i, one.Positive))];
        directions = [.. one.Operands.Select((size, i) => Draw(size, "dx", i, false))];
        one.Prepare?.Invoke(operands);
    }

    public double[] Values() => [.. Record(T.Zero).Result.Value.Values.ToArray().Select(double.CreateChecked)];

    public double TaylorRemainder(double h)
    {
        var (inputs, result) = Record(T.Zero);
        Push(inputs);
        var (value, slope) = (result.Value.Values.ToArray(), tape.Tangent(result).Values.ToArray());
        var moved = Record(T.CreateChecked(h)).Result.Value.Values.ToArray();
        double error = 0, scale = 1;
        for (var i = 0; i < value.Length; i++)
        {
            var rest = double.CreateChecked(moved[i] - value[i]) - h * double.CreateChecked(slope[i]);
            (error, scale) = (error + rest * rest, scale + double.CreateChecked(value[i] * value[i]));
        }
        return Math.Sqrt(error / scale);
    }

    /// <summary>|⟨M dx, dy⟩ − ⟨dx, Mᵀ dy⟩| relative to the sizes of both: the larger of adding to adjoints and of beginning them.</summary>
    public double DotProductError()
    {
        var (inputs, result) = Record(T.Zero);
        Push(inputs);
        var dy = new T[result.Size.Count];
        new RandomSource(99).FillNormal<T>(dy);
        double left = 0;
        for (var j = 0; j < dy.Length; j++)
            left += double.CreateChecked(tape.Tangent(result).Values[j]) * double.CreateChecked(dy[j]);
        return Math.Max(Error(1), Error(0));

        double Error(int before)
        {
            tape.BeginPullBack();
            dy.CopyTo(tape.Adjoint(result).Values);
            for (var i = 0; i < inputs.Length; i++)
                if (i != still && before != 0)
                    tape.Adjoint(inputs[i]).Fill(T.CreateChecked(before + i));
            tape.PullBack();
            double right = 0, size = 0;
            for (var i = 0; i < inputs.Length; i++)
                for (var j = 0; i != still && j < operands[i].Values.Length; j++)
                {
                    var added = double.CreateChecked(tape.Adjoint(inputs[i]).Values[j]) - (before == 0 ? 0 : before + i);
                    var term = double.CreateChecked(directions[i].Values[j]) * added;
                    (right, size) = (right + term, size + Math.Abs(term));
                }
            return Math.Abs(left - right) / (1 + size);
        }
    }

    private (Variable<T>[] Inputs, Variable<T> Result) Record(T h)
    {
        tape.Reset();
        var inputs = new Variable<T>[operands.Length];
        for (var i = 0; i < inputs.Length; i++)
        {
            var moved = operands[i].Copy();
            var rows = moved.All;
            rows += h * directions[i].All;
            inputs[i] = i == still ? tape.Constant(operands[i]) : tape.Input(moved);
        }
        return (inputs, tape.Apply(one.Operation, inputs));
    }

    private void Push(Variable<T>[] inputs)
    {
        for (var i = 0; i < inputs.Length; i++)
            if (i != still)
                directions[i].All.CopyTo(tape.Tangent(inputs[i]));
        tape.PushForward();
    }
}
