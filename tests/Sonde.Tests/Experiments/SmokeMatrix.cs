using Sonde.Assimilation;
using Sonde.Assimilation.Learned;
using Sonde.Experiments.Configuration;
using Sonde.Experiments.Running;
using Sonde.Networks;
using Sonde.Networks.Training;
using Sonde.Numerics;

namespace Sonde.Tests.Experiments;

/// <summary>Small systems, observations and methods of every kind the catalog knows, written as in experiment files.</summary>
internal static class SmokeMatrix
{
    private const int Cycles = 4;

    /// <summary>Kinds of systems that need files or programs beside the experiment.</summary>
    public static readonly HashSet<string> NeedFiles = ["linear", "command", "surrogate"];

    /// <summary>Name → settings of a small system, step, time between observations. A name is a kind, or a kind and what is special.</summary>
    public static readonly Dictionary<string, (string Settings, double Step, double Every)> Systems = new()
    {
        ["pendulum"] = ("kind: pendulum", 0.05, 0.2),
        ["lorenz63"] = ("kind: lorenz63", 0.01, 0.1),
        ["lorenz96"] = ("kind: lorenz96, size: 8", 0.05, 0.1),
        ["lorenz96 with model error"] = ("kind: lorenz96, size: 8, modelError: 0.3", 0.05, 0.1),
        ["lorenz96 with its forcing unknown"] = ("kind: lorenz96, size: 8, estimate: [{ name: forcing, mean: 7.5, sd: 1 }]", 0.05, 0.1),
        ["two-level-lorenz96"] = ("kind: two-level-lorenz96, size: 4, fastPerSite: 2", 0.01, 0.05),
        ["reduced-lorenz96"] = ("kind: reduced-lorenz96, size: 8", 0.01, 0.05),
        ["kuramoto-sivashinsky"] = ("kind: kuramoto-sivashinsky, size: 16, length: 22", 0.5, 1),
        ["kolmogorov"] = ("kind: kolmogorov, size: 4, wavenumber: 1, reynolds: 20", 0.1, 0.2),
        ["kolmogorov with its numbers unknown"] = (
            "kind: kolmogorov, scheme: spectral, size: 4, wavenumber: 1, reynolds: 20, spread: 0.2, estimate: [{ name: reynolds, mean: 15, sd: 5 }, { name: drag, sd: 0.02 }]",
            0.1, 0.2),
        ["tsunami"] = ("kind: tsunami, sizeX: 4, sizeY: 3, depth: 400, sourceX: [-5e5, 5e5], sourceY: [-2e5, 2e5], width: 2e5", 200, 800),
        ["ornstein-uhlenbeck"] = (
            "kind: ornstein-uhlenbeck, field: T, x: { count: 4, from: 0, to: 3 }, y: { count: 2, from: 0, to: 1 }, mean: 1, sd: 1, timescale: 5, correlation: { length: 2 }", 0.5, 1),
        ["linear-advection"] = ("kind: linear-advection, size: 8", 1, 2),
        ["linear-advection with model error"] = ("kind: linear-advection, size: 8, modelError: 0.1", 1, 2),
    };

    /// <summary>Name → settings of the observations, given the time between two.</summary>
    public static readonly Dictionary<string, Func<double, string>> Setups = new()
    {
        ["every component"] = every => $"every: {every}, noise: 0.5",
        ["every second component"] = every => $"every: {every}, noise: 0.5, locations: {{ stride: 2 }}",
        ["one component drawn anew"] = every => $"every: {every}, noise: 0.5, locations: {{ random: 1, redraw: true }}",
        ["squares"] = every => $"every: {every}, noise: 0.5, operator: square",
        ["arctangents"] = every => $"every: {every}, noise: 0.1, operator: arctan",
        ["Laplace errors"] = every => $"every: {every}, noise: {{ sd: 0.5, distribution: laplace }}",
        ["errors correlated in space"] = every => $"every: {every}, noise: {{ sd: 0.5, correlation: {{ length: 0.5 }} }}",
        ["a background check"] = every => $"every: {every}, noise: 0.5, qualityControl: {{ backgroundCheck: {{ threshold: 2 }} }}",
        ["readings scattered over time"] = every => $"every: {every}, noise: 0.5, locations: {{ scattered: [2, 5] }}",
        ["every second time"] = every => $"every: {every}, noise: 0.5, locations: {{ every: 2, offset: 1 }}",
        ["irregular times"] = every => $"noise: 0.5, times: {{ random: {Cycles}, until: {Cycles * every} }}",
    };

    /// <summary>Name → settings of a small method. A name is a kind, or a kind and what is special.</summary>
    public static readonly Dictionary<string, string> Methods = new()
    {
        ["climatology"] = "",
        ["optimal-interpolation"] = "",
        ["interpolation"] = "form: nearest",
        ["3dvar"] = "",
        ["3dvar by l-bfgs"] = "iterations: 60, minimizer: l-bfgs",
        ["4dvar"] = "window: 3, quasiStatic: 2",
        ["4dvar with a carried covariance"] = "window: 2, cycled: true, factor: 1.1",
        ["4dvar by l-bfgs"] = "window: 2, iterations: 50, minimizer: l-bfgs",
        ["4dvar by lanczos"] = "window: 2, minimizer: { kind: gauss-newton,inner: lanczos }",
        ["weak-4dvar by conjugate gradients"] = "window: 2, modelError: 0.2, minimizer: { kind: levenberg-marquardt,inner: conjugate-gradient }",
        ["weak-4dvar"] = "window: 3, stride: 2, modelError: 0.2",
        ["weak-4dvar by model errors"] = "window: 2, form: model-error, modelError: 0.2",
        ["4denvar"] = "members: 8, window: 3, stride: 2, iterations: 2",
        ["4denvar localized"] = "members: 8, window: 2, perturbed: true, localization: { radius: 2 }",
        ["4denvar hybrid localized"] = "members: 5, window: 2, quasiStatic: 1, staticShare: 0.3, localization: { radius: 2 }, form: modulation",
        ["4denvar by weight fields localized"] = "members: 5, window: 2, staticShare: 0.3, localization: { radius: 2 }, form: control",
        ["latent-4dvar"] = "window: 3, parameterFactor: 0.5, diagonal: true",
        ["levda"] = "members: 8, window: 3, stride: 2, inflation: 1.05",
        ["levda around the mean"] = "members: 8, window: 3, stride: 1, prior: mean, reuse: true, minimizer: l-bfgs, joint: true, iterations: 4",
        ["levda with model error"] = "members: 6, window: 3, stride: 2, relativeModelError: 0.1, additiveInflation: 0.01, quasiStatic: 1, minimizer: levenberg-marquardt",
        ["levda by one Hessian"] = "members: 8, window: 2, jacobian: mean",
        ["eda"] = "members: 4, method: { kind: 4dvar, window: 2 }, inflation: 1.1, modelError: 0.1",
        ["eda of weak-4dvar"] = "members: 3, control: false, method: { kind: weak-4dvar, window: 3, stride: 2, modelError: 0.2 }",
        ["eda of 3dvar"] = "members: 4, method: { kind: 3dvar, factor: 0.5 }",
        ["hybrid"] = "first: { kind: etkf, members: 8 }, then: { kind: 4dvar, window: 2 }",
        ["hybrid by background"] = "first: { kind: etkf, members: 12 }, then: { kind: weak-4dvar, window: 2, modelError: 0.2 }, use: background",
        ["hybrid of 3dvar"] = "first: { kind: etkf, members: 12 }, then: { kind: 3dvar }, use: background",
        ["hybrid of observations around"] = "first: { kind: interpolation }, then: { kind: 4dvar, window: 2, restart: true }, use: both-ends, around: 2, once: true",
        ["hybrid by both ends"] = "first: { kind: 4dvar, window: 3, stride: 2 }, then: { kind: 4dvar, window: 3, stride: 2 }, use: both-ends",
        ["extended-kalman"] = "",
        ["free-run"] = "members: 8",
        ["enkf"] = "members: 8",
        ["denkf"] = "members: 8",
        ["etkf"] = "members: 8, rotate: true",
        ["enkf-n"] = "members: 8",
        ["letkf"] = "members: 8",
        ["letkf localized"] = "members: 8, localization: { radius: 2 }",
        ["serial-enkf"] = "members: 8",
        ["serial-enkf localized"] = "members: 8, localization: { radius: 2 }",
        ["ensrf"] = "members: 8",
        ["eakf"] = "members: 8",
        ["rank-histogram-filter"] = "members: 8",
        ["rank-histogram-filter localized"] = "members: 8, localization: { radius: 2 }",
        ["lnetf"] = "members: 8",
        ["lnetf localized"] = "members: 8, localization: { radius: 2 }",
        ["ensf"] = "members: 8",
        ["enks"] = "members: 8, lag: 2",
        ["etks"] = "members: 8",
        ["letks"] = "members: 8, lag: 1",
        ["letks localized"] = "members: 8, lag: 1, localization: { radius: 2 }",
        ["extended-rts"] = "",
        ["ensemble-rts"] = "members: 8",
        ["ienks"] = "members: 8, lag: 2, iterations: 3",
        ["es-mda"] = "members: 8, window: 2, assimilations: 2",
        ["particle-filter"] = "members: 12, regularization: 0.5, resampleBelow: 0.5",
        ["optimal-particle-filter"] = "members: 12",
        ["gaussian-interpolation"] = "trajectories: 60, linearizations: 3",
        ["cold-diffusion"] = "increments: 2, network: { kind: perceptron, hidden: [8] }, training: { trajectories: 60, epochs: 2, calibration: 10 }",
        ["neural-incremental"] = "increments: 2, linearizations: 2, network: { kind: convolutions, channels: 6, blocks: 1, kernel: 3 }, training: { trajectories: 60, epochs: 2, likelihood: 0.5, calibration: 10 }",
        ["neural-incremental in small windows"] = "window: 3, prior: identity, network: { kind: perceptron, hidden: [8] }, training: { trajectories: 60, epochs: 2, likelihood: 0, unrolled: true, calibration: 10 }",
        ["neural-incremental of low rank"] = "prior: low-rank, rank: 2, members: 6, network: { kind: perceptron, hidden: [8] }, training: { trajectories: 60, epochs: 2, likelihood: 0, calibration: 10 }",
        ["neural-incremental by covariances"] = "prior: covariance, members: 6, moments: { form: chain, order: 2 }, network: { kind: images, channels: 4, blocks: 1, kernel: 3 }, training: { trajectories: 60, epochs: 2, likelihood: 0, calibration: 10 }",
        ["neural-incremental with a constant prior"] = "prior: constant, members: 6, floor: 0, moments: { form: stationary-chain }, network: { kind: convolutions, channels: 4, blocks: 1, kernel: 3 }, training: { trajectories: 60, epochs: 2, calibration: 10 }",
        ["coda"] = "halfWindow: 1, rollout: 1, network: { kind: window-convolutions, channels: 4, dilations: [], kernel: 1, averages: 1 }, networks: 2, training: { trajectories: 40, epochs: 2, batch: 8, span: 1 }",
        ["coda with dropout"] = "halfWindow: 1, rollout: 1, dropout: 0.2, samples: 6, network: { kind: window-convolutions, channels: 4, dilations: [], kernel: 1, averages: 1 }, training: { trajectories: 40, epochs: 2, batch: 8, span: 1, redraw: true }",
        ["vi-coda refined"] = "halfWindow: 1, rollout: 1, refinements: 2, recalibrate: none, network: { kind: window-convolutions, channels: 4, dilations: [], kernel: 1, averages: 1 }, training: { trajectories: 40, epochs: 1, batch: 8, span: 1 }",
        ["vi-coda"] = "halfWindow: 1, rollout: 1, recalibrate: truth, network: { kind: window-convolutions, channels: 4, dilations: [], kernel: 1, averages: 1 }, training: { trajectories: 40, epochs: 2, batch: 8, span: 1 }",
        ["vi-coda of low rank"] = "halfWindow: 1, rollout: 1, covariance: low-rank, recalibrate: none, network: { kind: window-convolutions, channels: 4, dilations: [], kernel: 1, averages: 1 }, training: { trajectories: 40, epochs: 2, batch: 8, span: 1, supervised: true }",
        ["vi-coda of neighborhoods"] = "halfWindow: 1, rollout: 1, covariance: neighborhood, recalibrate: none, network: { kind: window-convolutions, channels: 4, dilations: [], kernel: 1, averages: 1 }, training: { trajectories: 40, epochs: 2, batch: 8, span: 1 }",
        ["ld-ensf"] = "members: 8, hidden: 6, training: { trajectories: 20, epochs: 20, rate: 0.01, calibration: 5 }",
        ["ld-ensf by components"] = "members: 8, hidden: 6, latentNoise: component, scaling: 1, prior: mixture, inflation: 1.1, training: { trajectories: 20, epochs: 4, batch: 8, noise: true, calibration: 5 }",
        ["latent-ensf"] = "members: 8, channels: 2, training: { trajectories: 10, epochs: 2, calibration: 5 }",
        ["latent-ensf by increments"] = "members: 8, channels: 2, multipliers: [1, 2], latent: 3, increments: true, latentNoise: component, training: { trajectories: 10, epochs: 2, noise: true, calibration: 5 }",
        ["pf-xn"] = "members: 12, duplicates: 5",
    };

    /// <summary>The kind in a name.</summary>
    public static string KindOf(string name) => name.Split(' ')[0];

    /// <summary>True where a network reads observations that knows nothing of their places, so that there must be as many at each time.</summary>
    public static bool ReadsFixedNetworks(string method) => KindOf(method) is "ld-ensf" or "latent-ensf";

    /// <summary>The names of an interface's kinds.</summary>
    public static IEnumerable<string> KindsOf<TInterface>() => Catalog.Kinds.Of(typeof(TInterface)).Select(kind => kind.Name);

    /// <summary>Binds an experiment and makes its truth and observations.</summary>
    /// <param name="system">A key of <see cref="Systems"/>.</param>
    /// <param name="setup">A key of <see cref="Setups"/>.</param>
    /// <param name="background">Settings of what is believed at first.</param>
    public static PreparedExperiment Prepare(string system, string setup, string background = "kind: perturbed-truth, sd: 0.2")
    {
        var (settings, step, every) = Systems[system];
        var text = string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"name: smoke\nseed: 3\nsystem: {{ {settings} }}\ntime: {{ step: {step}, cycles: {Cycles}, spinUp: {20 * every} }}\nbackground: {{ {background} }}\nobservations: {{ {Setups[setup](every)} }}\nmethods: []\n");
        return Preparation.Prepare(new Binder(Catalog.Kinds).Bind<ExperimentConfig>(YamlFile.Parse(text, "smoke.yaml")), "", climatology: true);
    }

    /// <summary>Binds a method.</summary>
    public static MethodEntry Method(string name)
    {
        var kind = KindOf(name);
        var node = YamlFile.Parse($"{{ kind: {kind}, {Methods[name]} }}", "smoke.yaml");
        return new MethodEntry(name, kind, new Binder(Catalog.Kinds).Bind<IAssimilationMethod>(node), node);
    }

    /// <summary>Runs a method to its end.</summary>
    public static MethodRun Run(string method, PreparedExperiment experiment)
    {
        var run = new MethodRun(Trained(Method(method), experiment), experiment, new OutputConfig(AnalysisOutput.None), keepsHistory: true, null);
        run.Run(Workers.One, false, new SilentProgress(), method, CancellationToken.None);
        return run;
    }

    /// <summary>A learned method after its training, any other as it is.</summary>
    public static MethodEntry Trained(MethodEntry entry, PreparedExperiment experiment)
    {
        if (entry.Method is not ILearnedMethod { Learns: true } method)
            return entry;
        var random = experiment.Random.Fork("training");
        var learning = method.Prepare(experiment.Twins!, random.Fork("data"), Workers.One);
        var weights = new Matrix<float>(1, learning.Network.WeightCount);
        learning.Network.Initialize(weights.Values, random.Fork("weights"));
        foreach (var stage in learning.Stages)
        {
            var state = TrainingState<float>.Begin(weights, stage.Trainer.Rule);
            stage.Trainer.Run(state, stage.Data, random.Fork(stage.Name), Workers.One);
            weights = state.Averaged;
        }
        return entry with { Method = method.With(learning.Finish(weights, Workers.One)) };
    }
}
