using Sonde.Calculus;
using Sonde.Networks;
using Sonde.Numerics;

namespace Sonde.Tests.Networks;

public sealed class DropoutTests
{
    [Fact]
    public void A_pass_that_draws_nothing_keeps_everything()
    {
        var tape = new Tape<double>();
        var x = Ones(tape);
        Assert.Equal(x, new Dropout<double>(1000, 0.25).Apply(x, tape.Constant(0), Pass.Deterministic));
    }

    [Fact]
    public void Values_are_dropped_with_their_probability_and_the_others_keep_the_mean()
    {
        var tape = new Tape<double>();
        var y = new Dropout<double>(1000, 0.25).Apply(Ones(tape), tape.Constant(0), new(new RandomSource(3))).Value.Values.ToArray();
        Assert.Equal([0, 1 / 0.75], y.Distinct().Order());
        Assert.Equal(0.25, y.Count(value => value == 0) / 4000.0, 0.02);
    }

    [Fact]
    public void The_gradient_passes_where_values_pass()
    {
        var tape = new Tape<double>();
        var x = Ones(tape);
        var y = new Dropout<double>(1000, 0.5).Apply(x, tape.Constant(0), new(new RandomSource(3)));
        tape.Differentiate(y.Sum());
        Assert.Equal(y.Value.Values.ToArray(), tape.Adjoint(x).Values.ToArray());
    }

    [Fact]
    public void The_same_source_drops_the_same_values_and_parts_of_a_chain_drop_different_ones()
    {
        var layer = new Dropout<double>(1000, 0.5);
        var tape = new Tape<double>();
        var x = Ones(tape);
        double[] Draw(Pass pass) => layer.Apply(x, tape.Constant(0), pass).Value.Values.ToArray();
        var pass = new Pass(new RandomSource(5));
        Assert.Equal(Draw(pass), Draw(pass));
        Assert.NotEqual(Draw(pass.Of(0)), Draw(pass.Of(1)));
    }

    private static Variable<double> Ones(Tape<double> tape)
    {
        var ones = new Matrix<double>(4, 1000);
        ones.Values.Fill(1);
        return tape.Input(ones);
    }
}
