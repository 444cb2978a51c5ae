using System.Numerics.Tensors;
using Sonde.Dynamics;
using Sonde.Dynamics.Noise;
using Sonde.Dynamics.Systems;
using Sonde.Dynamics.Systems.Kolmogorov;
using Sonde.Numerics;
using Sonde.Tests.Problems;

namespace Sonde.Tests.Laws;

/// <summary>What holds for every differentiable or stochastic system in the library: a new one is a line in this list.</summary>
public sealed class SystemLaws
{
    private const int Steps = 3;

    private static readonly Dictionary<string, (IDynamicalSystem System, double Step)> Systems = new()
    {
        ["lorenz-63, classical"] = (new RungeKuttaSystem(new Lorenz63()), 0.01),
        ["lorenz-96, classical"] = (new RungeKuttaSystem(new Lorenz96()), 0.05),
        ["lorenz-96, kutta"] = (new RungeKuttaSystem(new Lorenz96(7), RungeKuttaScheme.Kutta3), 0.05),
        ["two-level lorenz-96, heun"] = (new RungeKuttaSystem(new TwoLevelLorenz96(6, 4), RungeKuttaScheme.Heun), 0.001),
        ["reduced lorenz-96, midpoint"] = (new RungeKuttaSystem(new ReducedLorenz96(), RungeKuttaScheme.Midpoint), 0.005),
        ["pendulum, euler"] = (new RungeKuttaSystem(new Pendulum(), RungeKuttaScheme.Euler), 0.1),
        ["pendulum without tangent"] = (new ForwardRungeKuttaSystem(new Pendulum()), 0.1),
        ["lorenz-96 with uncertain forcing"] = (new AugmentedSystem(new Lorenz96(9), [new("forcing", 1)]), 0.05),
        ["lorenz-63 with walking parameters"] = (new AugmentedSystem(new Lorenz63(), [new("beta", 0.1, null, 0.2), new("sigma", 1, 9, 0.3)]), 0.01),
        ["two-level lorenz-96 with uncertain parameters"] =
            (new AugmentedSystem(new TwoLevelLorenz96(6, 4), [new("timeRatio", 1), new("coupling", 0.1), new("spaceRatio", 1), new("forcing", 1)]), 0.001),
        ["kuramoto-sivashinsky"] = (new KuramotoSivashinsky(32, 22), 0.25),
        ["kuramoto-sivashinsky, semi-implicit, odd size"] = (new KuramotoSivashinsky(27, 22, SemilinearScheme.SemiImplicit3), 0.05),
        ["kolmogorov, finite volumes"] = (new KolmogorovSystem(new KolmogorovFlow(9, 20, Wavenumber: 1)), 0.05),
        ["kolmogorov, finite volumes with uncertain numbers"] = (
            new KolmogorovSystem(new KolmogorovFlow(8, 5, Wavenumber: 2, Spread: 0.3), uncertain: [new("amplitude", 1), new("reynolds", 1), new("drag", 0.1)]), 0.1),
        ["kolmogorov, spectral"] = (new KolmogorovSystem(new KolmogorovFlow(9, 20, Wavenumber: 1), KolmogorovScheme.Spectral), 0.1),
        ["kolmogorov, spectral with uncertain numbers"] = (
            new KolmogorovSystem(new KolmogorovFlow(8, 5, Wavenumber: 2, Spread: 0.3), KolmogorovScheme.Spectral, [new("reynolds", 1), new("drag", 0.1), new("amplitude", 1)]), 0.1),
        ["shallow water"] = (new ShallowWater(new Basin(9, 7, 8e4, 6e4, 5, 9.81, 1e-2, 1e-7, 1e-3)), 60),
        ["shallow water, cut steps, a whole vector"] = (new ShallowWater(new Basin(16, 3, 15, 2, 30, Coriolis: 3)), 0.02),
        ["linear-gaussian"] = (new LinearGaussianSystem(Matrix(5, 5, "m"), Covariance(5)), 1),
        ["linear advection by whole sites"] = (new LinearAdvection(12, -3, 0.9), 1),
        ["linear advection by parts of sites"] = (new LinearAdvection(12, 2.3, 0.9), 0.5),
        ["ornstein-uhlenbeck"] = (new OrnsteinUhlenbeck(Domain.Unplaced(5), [1, 2, 3, 4, 5], 7, new DenseNoise(Covariance(5))), 0.7),
        ["noisy lorenz-96"] = (NoisySystem.Around(new RungeKuttaSystem(new Lorenz96(9)), new DiagonalNoise(9, 0.3)), 0.05),
        ["noisy pendulum without tangent"] = (NoisySystem.Around(new ForwardRungeKuttaSystem(new Pendulum()), new DiagonalNoise([0, 0.3])), 0.1),
        ["latent surrogate"] = (SmallSurrogate.Make(SmallSurrogate.Coordinate), 0.4),
        ["noise upon noise"] = (NoisySystem.Around(
            new AugmentedSystem(new Pendulum(), [new("friction", 0.1, 0.3, 0.2)]), new DiagonalNoise([0, 0.3, 0])), 0.1),
    };

    public static TheoryData<string> Names => [.. Systems.Keys];

    public static TheoryData<string> DifferentiableNames => [.. Systems.Where(pair => pair.Value.System is IDifferentiableSystem).Select(pair => pair.Key)];

    public static TheoryData<string> StochasticNames => [.. Systems.Where(pair => pair.Value.System is IStochasticSystem).Select(pair => pair.Key)];

    [Fact]
    public void Every_system_is_in_the_list() =>
        Assert.Empty(Implementations.Of<IDynamicalSystem>().Except(Systems.Values.Select(entry => entry.System.GetType())));

    [Theory]
    [MemberData(nameof(DifferentiableNames))]
    public void Tangent_is_the_limit_of_central_differences_of_the_steps(string name)
    {
        var (system, dt) = Case(name);
        const int Perturbations = 30;
        var x = State(system);
        var dx = Matrix(Perturbations, system.Width, "dx");
        var tangent = dx.Copy();
        var along = x.Copy();
        system.AdvanceTangent(along[0], tangent, 0.2, dt, Steps);
        var best = Enumerable.Range(3, 4).Min(power =>
        {
            var step = Math.Pow(10, -power);
            var (high, low) = (Around(x, dx, step), Around(x, dx, -step));
            Without(system, high, dt);
            Without(system, low, dt);
            TensorPrimitives.Subtract<double>(high.Values, low.Values, high.Values);
            TensorPrimitives.Divide<double>(high.Values, 2 * step, high.Values);
            return TensorPrimitives.Distance<double>(high.Values, tangent.Values) / TensorPrimitives.Norm<double>(tangent.Values);
        });
        Assert.True(best < 1e-8, $"The best relative difference is {best}.");
    }

    [Theory]
    [MemberData(nameof(DifferentiableNames))]
    public void The_state_along_which_the_tangent_runs_has_the_bits_of_the_steps(string name)
    {
        var (system, dt) = Case(name);
        var x = State(system);
        var along = x.Copy();
        Without(system, x, dt);
        system.AdvanceTangent(along[0], Matrix(40, system.Width, "dx"), 0.2, dt, Steps);
        Assert.Equal(x.Values, along.Values);
        var alone = State(system);
        system.AdvanceTangent(alone[0], new Matrix<double>(0, system.Width), 0.2, dt, Steps);
        Assert.Equal(x.Values, alone.Values);
    }

    [Theory]
    [MemberData(nameof(DifferentiableNames))]
    public void A_perturbation_has_the_bits_it_has_among_others(string name)
    {
        var (system, dt) = Case(name);
        var many = Matrix(40, system.Width, "dx");
        var one = new Matrix<double>(many.All.Slice(33, 1));
        system.AdvanceTangent(State(system)[0], many, 0.2, dt, Steps);
        system.AdvanceTangent(State(system)[0], one, 0.2, dt, Steps);
        Assert.Equal(many[33], one[0]);
    }

    [Theory]
    [MemberData(nameof(DifferentiableNames))]
    public void Tangents_of_many_states_are_those_of_each_alone(string name)
    {
        const int States = 5, Each = 3;
        var (system, dt) = Case(name);
        var (x, dx) = (Matrix(States, system.Width, "x"), Matrix(States * Each, system.Width, "dx"));
        var (many, carried) = (x.Copy(), dx.Copy());
        system.AdvanceTangents(many, carried, 0.2, dt, Steps);
        for (var row = 0; row < States; row++)
        {
            var (one, own) = (new Matrix<double>(x.All.Slice(row, 1)), new Matrix<double>(dx.All.Slice(row * Each, Each)));
            system.AdvanceTangent(one[0], own, 0.2, dt, Steps);
            Assert.Equal(one[0], many[row]);
            Assert.InRange(TensorPrimitives.Distance<double>(own.Values, carried.All.Slice(row * Each, Each).Values) / TensorPrimitives.Norm<double>(own.Values), 0, 1e-13);
        }
    }

    [Theory]
    [MemberData(nameof(DifferentiableNames))]
    public void The_adjoint_is_the_transpose_of_the_tangent(string name)
    {
        var (system, dt) = Case(name);
        foreach (var steps in new[] { 1, 3, 70 })
        {
            var x = State(system);
            var (dx, dy) = (Matrix(1, system.Width, "dx"), Matrix(1, system.Width, "dy"));
            var (pushed, pulled) = (dx.Copy(), dy.Copy());
            system.AdvanceTangent(x.Copy()[0], pushed, 0.2, dt, steps);
            system.AdvanceAdjoint(x, pulled, 0.2, dt, steps);
            var (left, right) = (TensorPrimitives.Dot<double>(pushed.Values, dy.Values), TensorPrimitives.Dot<double>(dx.Values, pulled.Values));
            var scale = TensorPrimitives.Norm<double>(pushed.Values) * TensorPrimitives.Norm<double>(dy.Values);
            Assert.Equal(0, (left - right) / scale, 1e-12);
        }
    }

    [Theory]
    [MemberData(nameof(DifferentiableNames))]
    public void Adjoints_of_many_states_are_those_of_each_alone(string name)
    {
        var (system, dt) = Case(name);
        var (x, bars) = (Matrix(20, system.Width, "x"), Matrix(20, system.Width, "bar"));
        var (many, shared) = (bars.Copy(), bars.Copy());
        system.AdvanceAdjoint(x, many, 0.2, dt, Steps);
        system.AdvanceAdjoint(x.All.Slice(17, 1), shared, 0.2, dt, Steps);
        var one = new Matrix<double>(bars.All.Slice(17, 1));
        system.AdvanceAdjoint(x.All.Slice(17, 1), one, 0.2, dt, Steps);
        for (var i = 0; i < system.Width; i++)
        {
            Assert.Equal(one[0, i], many[17, i], 1e-13 * (1 + Math.Abs(one[0, i])));
            Assert.Equal(one[0, i], shared[17, i], 1e-13 * (1 + Math.Abs(one[0, i])));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Rows_have_the_same_bits_in_any_block_and_twice(string name)
    {
        var (system, dt) = Systems[name];
        var noise = new RandomSource(9);
        var whole = Matrix(60, system.Width, "x");
        var again = whole.Copy();
        var blocks = whole.Copy();
        system.Advance(whole, 0.2, dt, Steps, 0, noise);
        system.Advance(again, 0.2, dt, Steps, 0, noise);
        Assert.Equal(whole.Values, again.Values);
        foreach (var (first, count) in ((int, int)[])[(0, 1), (1, 22), (23, 37)])
            system.Advance(blocks.All.Slice(first, count), 0.2, dt, Steps, first, noise);
        Assert.Equal(whole.Values, blocks.Values);
    }

    [Theory]
    [MemberData(nameof(StochasticNames))]
    public void One_step_adds_noise_of_mean_zero_and_the_covariance_that_is_told(string name)
    {
        const int Draws = 20_000;
        var (system, dt) = Systems[name];
        var n = system.Width;
        var told = new Matrix<double>(n, n);
        ((IStochasticSystem)system).AddStepCovariance(dt, told);
        var x = new Matrix<double>(Draws, n);
        for (var row = 0; row < Draws; row++)
            State(system).Values.CopyTo(x[row]);
        system.Advance(x, 0.2, dt, 1, 0, new RandomSource(8));
        var mean = Enumerable.Range(0, n).Select(i => Enumerable.Range(0, Draws).Average(row => x[row, i])).ToArray();
        var expected = State(system);
        (system as IDifferentiableSystem)?.AdvanceTangent(expected[0], new Matrix<double>(0, n), 0.2, dt, 1);
        for (var i = 0; i < n && system is IDifferentiableSystem; i++)
            Assert.Equal(expected[0, i], mean[i], 5 * Math.Sqrt(told[i, i] / Draws) + 1e-12);
        for (var i = 0; i < n; i++)
            for (var j = 0; j <= i; j++)
            {
                var drawn = Enumerable.Range(0, Draws).Average(row => (x[row, i] - mean[i]) * (x[row, j] - mean[j]));
                Assert.Equal(told[i, j], drawn, 5 * Math.Sqrt((told[i, i] * told[j, j] + told[i, j] * told[i, j]) / Draws) + 1e-12);
            }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_step_allocates_nothing_once_warm(string name)
    {
        var (system, dt) = Systems[name];
        if (system is DifferentiableNoisySystem { System: IStochasticSystem })
            return;                                                     // forks the noise of what it wraps at every step
        var x = Matrix(30, system.Width, "x");
        var noise = new RandomSource(9);
        long Bytes(int steps) => Allocated.Bytes(() => system.Advance(x, 0.2, dt, steps, 0, noise));

        var few = Bytes(1);
        Assert.Equal(few, Bytes(20));
        if (system is not IStochasticSystem)
            Assert.Equal(0, few);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_domain_and_a_prior_have_the_width_of_the_system(string name)
    {
        var (system, _) = Systems[name];
        Assert.Equal(system.Width, system.Domain.Width);
        if (system.DefaultPrior is not { } prior)
            return;
        Assert.Equal(system.Width, prior.Mean.Length);
        Assert.Equal(system.Width, prior.StandardDeviation.Length);
        Assert.All(prior.StandardDeviation, deviation => Assert.True(deviation >= 0));
        Assert.Equal(system.Width, prior.Correlated?.Width ?? system.Width);
    }

    private static (IDifferentiableSystem System, double Step) Case(string name) => ((IDifferentiableSystem)Systems[name].System, Systems[name].Step);

    private static Matrix<double> State(IDynamicalSystem system)
    {
        var x = Matrix(1, system.Width, "x");
        for (var i = 0; i < system.Domain.Parameters.Count; i++)
            x[0, system.Domain.FieldWidth + i] = 2 + 0.1 * i;
        return x;
    }

    /// <summary>The steps without noise, of which the tangent is taken.</summary>
    private static void Without(IDynamicalSystem system, Matrix<double> x, double dt)
    {
        switch (system)
        {
            case DifferentiableNoisySystem noisy:
                Without(noisy.System, x, dt);
                break;
            case IStochasticSystem:
                for (var row = 0; row < x.Rows; row++)
                    ((IDifferentiableSystem)system).AdvanceTangent(x[row], new Matrix<double>(0, x.Width), 0.2, dt, Steps);
                break;
            default:
                system.Advance(x, 0.2, dt, Steps, 0, new RandomSource(1));
                break;
        }
    }

    private static Matrix<double> Around(Matrix<double> x, Matrix<double> dx, double step)
    {
        var moved = dx.Copy();
        for (var row = 0; row < dx.Rows; row++)
            TensorPrimitives.MultiplyAdd<double>(dx[row], step, x[0], moved[row]);
        return moved;
    }

    private static Matrix<double> Matrix(int rows, int width, string purpose)
    {
        var matrix = new Matrix<double>(rows, width);
        new RandomSource(7).Fork(purpose).FillNormal(matrix.Values);
        return matrix;
    }

    private static Matrix<double> Covariance(int width)
    {
        var root = Matrix(width, width, "root");
        var covariance = new Matrix<double>(width, width);
        Dense.MultiplyTransposedRight<double>(0.1, root, root, 0, covariance);
        return covariance;
    }
}
