using Sonde.Calculus;
using Sonde.Calculus.Operations;
using Sonde.Numerics;

namespace Sonde.Tests.Calculus;

public sealed class DerivativeTestTests
{
    private static readonly Matrix<double> X = Row(0.3, -0.7, 1.1), V = Row(0.5, 0.2, -0.4);

    [Fact]
    public void A_smooth_map_passes_with_a_remainder_of_second_order()
    {
        var test = DerivativeTest.Of(Map.Of<double>(3, 3, x => (x * x).Apply(Activation.Tanh)), X, V, new RandomSource(1));
        Assert.True(test.Passed, $"{test}");
        Assert.InRange(test.TangentOrder, 1.95, 2.05);
    }

    [Fact]
    public void A_linear_map_has_no_remainder()
    {
        var test = DerivativeTest.Of(Map.Of<double>(3, 3, x => 2.0 * x), X, V, new RandomSource(1));
        Assert.True(test.Passed, $"{test}");
        Assert.Equal(double.PositiveInfinity, test.TangentOrder);
    }

    [Theory]
    [InlineData(1.001, 1)]
    [InlineData(1, 1.001)]
    public void A_tangent_or_an_adjoint_that_is_off_by_a_thousandth_fails(double inTangent, double inAdjoint)
    {
        var test = DerivativeTest.Of(Map.Of<double>(3, 3, x => x.Tape.Apply(new Wrong(inTangent, inAdjoint), x)), X, V, new RandomSource(1));
        Assert.False(test.Passed);
        Assert.Equal(inTangent == 1, test.TangentError < 1e-6);
    }

    private static Matrix<double> Row(params double[] values) => new(new ReadOnlyBatch<double>(values));

    /// <summary>x², with derivatives that are wrong by a factor.</summary>
    private sealed class Wrong(double inTangent, double inAdjoint) : IOperation<double>
    {
        public Size Measure(Operands<double> x) => x.Size(0);

        public void Apply(Operands<double> x, Batch<double> y)
        {
            y.Clear();
            Broadcast.AddProduct(x[0], x[0], y);
        }

        public void AddTangent(Operands<double> x, ReadOnlyBatch<double> y, Tangents<double> dx, Batch<double> dy)
        {
            Broadcast.AddProduct(dx[0], x[0], dy);
            dy *= 2 * inTangent;
        }

        public void AddAdjoint(Operands<double> x, ReadOnlyBatch<double> y, ReadOnlyBatch<double> yBar, Adjoints<double> xBar)
        {
            var to = xBar[0];
            for (var i = 0; i < to.Width; i++)
                to[0, i] += 2 * inAdjoint * x[0][0, i] * yBar[0, i];
        }
    }
}
