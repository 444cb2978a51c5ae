using Sonde.Calculus;
using Sonde.Calculus.Operations;
using Sonde.Numerics;
using Sonde.Tests.Problems;

namespace Sonde.Tests.Calculus;

public sealed class TapeTests
{
    [Fact]
    public void A_gradient_of_composed_operations_is_the_one_by_hand()
    {
        var tape = new Tape<double>();
        var x = tape.Input(new ReadOnlyBatch<double>([2.0, -1.0, 0.5]));
        var y = (x * x + 3.0 * x).Apply(Activation.Sine);                   // sin(x² + 3x)
        tape.Differentiate(y.Sum());
        for (var i = 0; i < 3; i++)
        {
            var at = x.Value[0, i];
            Assert.Equal(Math.Cos(at * at + 3 * at) * (2 * at + 3), tape.Adjoint(x)[0, i], 1e-14);
        }
    }

    [Fact]
    public void Views_of_one_vector_collect_their_gradients_in_it()
    {
        var tape = new Tape<double>();
        var weights = tape.Input(new ReadOnlyBatch<double>([1.0, 2.0, 3.0, 4.0, 5.0, 6.0]));
        var (a, b) = (weights.View(0, 2, 2), weights.View(2, 1, 4));
        Assert.Equal(a, weights.View(0, 2, 2));
        tape.Differentiate(a.SumOfSquares() + b.Sum());
        Assert.Equal([2, 4, 7, 9, 1, 1], tape.Adjoint(weights).Values);
    }

    [Fact]
    public void Inputs_keep_their_adjoints_and_what_was_computed_does_not()
    {
        var tape = new Tape<double>();
        var x = tape.Input(new ReadOnlyBatch<double>([1.0, 2.0]));
        var unused = tape.Input(new ReadOnlyBatch<double>([3.0]));
        var square = x * x;
        for (var repeat = 0; repeat < 2; repeat++)
        {
            tape.BeginPullBack();
            tape.Adjoint(square).Fill(3);
            tape.PullBack();
            Assert.Equal([6, 12], tape.Adjoint(x).Values);
            Assert.Equal([0], tape.Adjoint(unused).Values);
            Assert.Contains("was computed", Assert.Throws<ArgumentException>(() => tape.Adjoint(square.View(0, 1, 1)).Rows).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_rollout_in_segments_has_the_bits_and_the_gradient_of_a_plain_one()
    {
        var step = Map.Of<double>(4, 4, x => x + 0.1 * (x * x).Apply(Activation.Tanh));
        var segment = new Segment<double>(4, x =>
        {
            var state = x[0];
            for (var k = 0; k < 5; k++)
                state = step.Apply(state);
            return state;
        });
        var start = new Matrix<double>(2, 4);
        new RandomSource(1).FillNormal(start.Values);
        double[] Gradient(Func<Variable<double>, Variable<double>> roll, out double cost)
        {
            var tape = new Tape<double>();
            var x = tape.Input(start);
            var sum = roll(x).SumOfSquares();
            tape.Differentiate(sum);
            cost = sum.Number;
            return [.. tape.Adjoint(x).Values];
        }

        var plain = Gradient(x => Enumerable.Range(0, 20).Aggregate(x, (state, _) => step.Apply(state)), out var expected);
        var segmented = Gradient(x => Enumerable.Range(0, 4).Aggregate(x, (state, _) => state.Tape.Apply(segment, state)), out var actual);
        Assert.Equal(expected, actual);
        Assert.Equal(plain, segmented);
    }

    [Fact]
    public void A_linearization_is_applied_to_any_number_of_directions()
    {
        var map = Map.Of<double>(3, 2, x => x.Dense(x.Tape.Constant(new ReadOnlyBatch<double>([1, 2, 3, 4, 5, 6], 2, 3))).Apply(Activation.Square));
        var at = new Linearization<double>(map, new ReadOnlyBatch<double>([1.0, 0.0, -1.0]));
        var jacobian = new Matrix<double>(3, 2);
        at.Tangent(Matrix<double>.Identity(3), jacobian);
        Assert.Equal([-4, -16, -8, -20, -12, -24], jacobian.Values);
        var transposed = new Matrix<double>(2, 3);
        at.Adjoint(Matrix<double>.Identity(2), transposed);
        Assert.Equal([-4, -8, -12, -16, -20, -24], transposed.Values);
    }

    [Fact]
    public void Recording_and_differentiating_allocate_nothing_once_warm()
    {
        var (tape, weights, x) = (new Tape<float>(), new Matrix<float>(1, 110), new Matrix<float>(7, 10));
        Assert.Equal(0, Allocated.Bytes(() =>
        {
            tape.Reset();
            var (w, state) = (tape.Input(weights), tape.Input(x));
            for (var k = 0; k < 30; k++)
                state = state.PlusScaled(0.1f, state.Dense(w.View(0, 10, 10), w.View(100, 1, 10), Activation.Tanh));
            tape.Differentiate(state.SumOfSquares());
        }));
    }

    [Fact]
    public void Misuse_is_one_sentence_with_both_numbers()
    {
        var tape = new Tape<double>();
        var (a, b) = (tape.Input(new Matrix<double>(2, 3)), tape.Constant(new Matrix<double>(4, 3)));
        Assert.Contains("2 × 3", Assert.Throws<ArgumentException>(() => a.Times(b)).Message, StringComparison.Ordinal);
        Assert.Contains("2 × 3", Assert.Throws<ArgumentException>(() => tape.Differentiate(a)).Message, StringComparison.Ordinal);
        Assert.Contains("depends on no input", Assert.Throws<ArgumentException>(() => tape.Adjoint(b).Rows).Message, StringComparison.Ordinal);
        Assert.Contains("another tape", Assert.Throws<ArgumentException>(() => a + new Tape<double>().Constant(1)).Message, StringComparison.Ordinal);
        Assert.Contains("7 × 1", Assert.Throws<ArgumentException>(() => a.View(0, 7, 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fixed_rows_give_the_bits_that_copied_constants_give()
    {
        var random = new RandomSource(4);
        var (weights, x) = (new Matrix<double>(1, 3 * 5 + 5 * 7), new Matrix<double>(6, 3));
        random.FillNormal(weights.Values);
        random.FillNormal(x.Values);
        var (held, copied, fixedly) = (new FixedRows<double>(weights), new Matrix<double>(6, 7), new Matrix<double>(6, 7));
        Map.Of<double>(3, 7, y => Network(y, y.Tape.Constant(weights.All))).Evaluate(x, copied);
        for (var time = 0; time < 2; time++)                    // the second reads what the first packed
            Map.Of<double>(3, 7, y => Network(y, y.Tape.Constant(held))).Evaluate(x, fixedly);
        Assert.Equal(copied.Values, fixedly.Values);

        static Variable<double> Network(Variable<double> y, Variable<double> w) => y.Dense(w.View(0, 5, 3)).Dense(w.View(15, 7, 5));
    }
}
