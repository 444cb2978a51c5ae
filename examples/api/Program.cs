// Sonde as a library: a model of your own, noisy observations of half of it, and the whole state recovered with error bars.
// Look at the last column: the ratio of spread to error is near 1 where error bars can be trusted.
using System.Globalization;
using Sonde.Assimilation;
using Sonde.Assimilation.Baselines;
using Sonde.Assimilation.Filters;
using Sonde.Dynamics;
using Sonde.Dynamics.Noise;
using Sonde.Examples;
using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Observing.Errors;
using Sonde.Observing.Networks;
using Sonde.Verification;

var random = new RandomSource(7);                       // everything random follows from it; a fork says what it is for
var system = NoisySystem.Around(new ForwardRungeKuttaSystem(new Neuron()), new DiagonalNoise([0.1, 0.03]));    // the model is not quite right
var grid = new TimeGrid(0, 0.1);                        // integrator steps of 0.1
var times = ObservationTimes.Every(grid, 1.0, 400);
var prior = new GaussianPrior([0, 0], [1, 0.5]);        // what is believed before any observation

// Only the voltage is seen, with errors of 0.3.
var network = new ObservationNetwork(system.Domain, [new NetworkPart(new AllLocations(), ["voltage"], Error: new ErrorModel(0.3))], random.Fork("network"));

// The truth, a row a time, and what is seen of it. With data of your own, fill observations from them instead.
var truth = new Matrix<double>(times.Length, system.Width);
var observations = new Observation[times.Length];
var state = new Matrix<double>(1, system.Width);
prior.Sample(state, random.Fork("truth"));
for (var k = 0; k < times.Length; k++)
{
    Forecast.Run(system, grid, k == 0 ? default : times[k - 1], times[k], state, random, Workers.One);
    state.Values.CopyTo(truth[k]);
    observations[k] = network.Observe(k, times[k], grid.TimeOf(times[k]), state[0], random.Fork("observations"));
}

(string Name, IAssimilationMethod Method)[] methods =
[
    ("ETKF, 20 members", new EnsembleFilter(new Etkf(), Members: 20, Rotate: true)),
    ("free run, 20 members", new FreeRun(Members: 20)),
];
Console.WriteLine("method                 rmse  spread  ratio");
foreach (var (name, method) in methods)
{
    var keeper = new ScoreKeeper(random.Fork("ranks"), scored: new ScoredTimes(50));
    var problem = new AssimilationProblem(system, grid, Climatology: null, TypicalInterval: 1.0);
    var cycle = new Cycle(method, problem, prior, observations, new Scorer(keeper, truth), random.Fork(name), Workers.One);
    while (cycle.Advance())
    {
        // Between two windows, cycle.Belief could be saved, and the run continued later to the same bits.
    }
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{name,-22}{keeper.Average("rmse").Mean,5:0.000}{keeper.Average("spread").Mean,8:0.000}{keeper.SpreadErrorRatio,7:0.00}"));
}
