using System.Numerics.Tensors;
using Sonde.Assimilation;
using Sonde.Dynamics;
using Sonde.Dynamics.Fields;
using Sonde.Dynamics.Systems;
using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Observing.Errors;
using Sonde.Observing.Operators;

namespace Sonde.Tests.Problems;

/// <summary>A system, a truth that it made, observations of it, and what was believed before: a twin experiment.</summary>
internal sealed class TwinProblem
{
    public required IDynamicalSystem System { get; init; }

    public required TimeGrid Grid { get; init; }

    public required IPrior Prior { get; init; }

    public required IReadOnlyList<Observation> Observations { get; init; }

    /// <summary>The true state at each observation time.</summary>
    public required Matrix<double> Truth { get; init; }

    public GaussianBelief? Climatology { get; init; }

    /// <summary>Draws the truth from the prior and observes it every so many steps.</summary>
    public static TwinProblem Of(
        IDynamicalSystem system, double dt, IPrior prior, int every, int count, Func<int, IObservationOperator> operators, Func<int, IObservationError> errors,
        long seed, GaussianBelief? climatology = null)
    {
        var random = new RandomSource(seed);
        var grid = new TimeGrid(0, dt);
        var x = new Matrix<double>(1, system.Width);
        prior.Sample(x, random.Fork("truth"));
        var truth = new Matrix<double>(count, system.Width);
        var observations = new Observation[count];
        for (var k = 0; k < count; k++)
        {
            var at = new GridTime((k + 1) * every);
            Forecast.Run(system, grid, new GridTime(k * every), at, x, random.Fork("model error"), Workers.One);
            x[0].CopyTo(truth[k]);
            var (h, error) = (operators(k), errors(k));
            var (y, noise) = (new double[h.OutputWidth], new Matrix<double>(1, h.OutputWidth));
            h.Apply(x, new Batch<double>(y));
            error.Sample(noise, random.Fork("noise").Fork(k));
            TensorPrimitives.Add(y, noise.Values, y);
            observations[k] = new Observation { Index = k, At = at, Operator = h, Values = y, Error = error, Points = Points(system, h) };
        }
        return new TwinProblem { System = system, Grid = grid, Prior = prior, Observations = observations, Truth = truth, Climatology = climatology };
    }

    /// <summary>Lorenz-63 of Sakov, Oliver and Bertino 2012: everything observed every 0.25 with variance 2.</summary>
    public static TwinProblem Lorenz63(int count, long seed) => Of(
        new RungeKuttaSystem(new Lorenz63()), 0.01, new GaussianPrior([1.509, -1.531, 25.46], [Math.Sqrt(2), Math.Sqrt(2), Math.Sqrt(2)]), 25, count,
        _ => new IdentityOperator(3), _ => new DiagonalError(3, Math.Sqrt(2)), seed, LongRun(new RungeKuttaSystem(new Lorenz63()), 0.01, [1.509, -1.531, 25.46]));

    /// <summary>The same with another climatology.</summary>
    public TwinProblem With(GaussianBelief climatology) =>
        new() { System = System, Grid = Grid, Prior = Prior, Observations = Observations, Truth = Truth, Climatology = climatology };

    /// <summary>The same truth and observations for another system.</summary>
    public TwinProblem In(IDynamicalSystem system) =>
        new() { System = system, Grid = Grid, Prior = Prior, Observations = Observations, Truth = Truth, Climatology = Climatology };

    /// <summary>The same truth, with nothing read at some of the observation times.</summary>
    public TwinProblem Observing(Func<int, bool> isRead) => new()
    {
        System = System, Grid = Grid, Prior = Prior, Truth = Truth, Climatology = Climatology,
        Observations = [.. Observations.Select(observation => isRead(observation.Index) ? observation : observation.Select([]))],
    };

    /// <summary>Runs a method over all of it; throws nothing where it diverges.</summary>
    public (BeliefRecorder Recorder, Analysis Last) Run(IAssimilationMethod method, long seed = 1, int threads = 1)
    {
        var recorder = new BeliefRecorder();
        var problem = new AssimilationProblem(System, Grid, Climatology, Grid.TimeOf(Observations[0].At));
        Assert.Null(method.Refuses(problem));
        var cycle = new Cycle(method, problem, Prior, Observations, recorder, new RandomSource(seed), new Workers(threads));
        while (cycle.Advance())
        {
        }
        return (recorder, cycle.Last!);
    }

    /// <summary>Mean over times, after some, of the root mean square error of recorded means.</summary>
    public double Error(SortedDictionary<int, GaussianBelief> beliefs, int after = 0) => beliefs.Where(pair => pair.Key >= after)
        .Average(pair => TensorPrimitives.Distance<double>(pair.Value.MeanState, Truth[pair.Key]) / Math.Sqrt(Truth.Width));

    /// <summary>Mean and covariance of a long run.</summary>
    public static GaussianBelief LongRun(IDynamicalSystem system, double dt, double[] start, int samples = 4000, int every = 10)
    {
        var (x, states) = (new Matrix<double>(new ReadOnlyBatch<double>(start)), new Matrix<double>(samples, start.Length));
        system.Advance(x, 0, dt, 1000, 0, new RandomSource(0));
        for (var k = 0; k < samples; k++)
        {
            system.Advance(x, 0, dt, every, 0, new RandomSource(0));
            x[0].CopyTo(states[k]);
        }
        return new EmpiricalPrior(states).Moments();
    }

    private static SpacePoint?[] Points(IDynamicalSystem system, IObservationOperator h)
    {
        var points = new SpacePoint?[h.OutputWidth];
        for (var j = 0; j < points.Length; j++)
            points[j] = h switch
            {
                IdentityOperator => system.Domain.PointOf(j),
                ComponentOperator components => system.Domain.PointOf(components.Components[j]),
                _ => null,
            };
        return points;
    }
}
