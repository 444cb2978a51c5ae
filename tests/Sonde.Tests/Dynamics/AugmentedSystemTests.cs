using Sonde.Dynamics;
using Sonde.Dynamics.Systems;
using Sonde.Numerics;

namespace Sonde.Tests.Dynamics;

public sealed class AugmentedSystemTests
{
    [Fact]
    public void Each_row_is_stepped_with_its_own_parameters()
    {
        var system = new AugmentedSystem(new Lorenz63(), [new("beta", 0.1), new("rho", 1)]);
        var x = new Matrix<double>(200, 5);
        new RandomSource(3).FillNormal(x.Values);
        for (var row = 0; row < 200; row++)
            (x[row, 3], x[row, 4]) = (2.5 + 0.01 * row, 28 - 0.02 * row);
        var start = x.Copy();
        system.Advance(x, 0, 0.01, 30, 0, new RandomSource(1));
        foreach (var row in (int[])[0, 101, 199])
        {
            var alone = new Matrix<double>(new ReadOnlyBatch<double>(start[row][..3]));
            new RungeKuttaSystem(new Lorenz63(10, start[row, 4], start[row, 3])).Advance(alone, 0, 0.01, 30, 0, new RandomSource(1));
            Assert.Equal(alone[0], x[row][..3]);
            Assert.Equal(start[row][3..], x[row][3..]);
        }
    }

    [Fact]
    public void Parameters_are_named_in_the_domain_and_have_a_prior()
    {
        var system = new AugmentedSystem(new Lorenz96(5), [new("forcing", 0.7, 7.5, 0.1)]);
        Assert.Equal(["forcing"], system.Domain.Parameters);
        Assert.Equal(6, system.Domain.Width);
        Assert.Equal(7.5, system.DefaultPrior!.Mean[5]);
        Assert.Equal(0.7, system.DefaultPrior.StandardDeviation[5]);
    }

    [Fact]
    public void Unknown_and_repeated_parameters_are_refused()
    {
        var unknown = Assert.Throws<ArgumentException>(() => new AugmentedSystem(new Lorenz63(), [new("forcing", 1)]));
        Assert.Contains("sigma, rho, beta", unknown.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new AugmentedSystem(new Lorenz63(), [new("rho", 1), new("rho", 1)]));
        Assert.Throws<ArgumentException>(() => new AugmentedSystem(new Lorenz63(), [new("rho", -1)]));
    }
}
