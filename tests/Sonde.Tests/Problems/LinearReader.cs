using Sonde.Assimilation;
using Sonde.Assimilation.Learned;
using Sonde.Calculus;
using Sonde.Networks;
using Sonde.Networks.Training;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Tests.Problems;

/// <summary>The smallest learned method: all states of a window as one linear function of everything observed in it, Hᵀ y and Hᵀ 1 of each time.</summary>
public sealed record LinearReader(int Trajectories = 64, int Epochs = 4, double Rate = 0.01) : ILearnedMethod
{
    private readonly LearnedState? learned;

    private LinearReader(LinearReader settings, LearnedState learned) : this(settings) => this.learned = learned;

    /// <summary>Truths and observations that any instance was trained with, by the name of whoever listens.</summary>
    public static AsyncLocal<List<(double[] Truth, double[] Inputs)>?> Heard { get; } = new();

    public WindowPlan Plan => WindowPlan.Whole;

    public ILearning Prepare(ITwinSource twins, RandomSource random, Workers workers) => new Learning(this, twins, random);

    public IAssimilationMethod With(LearnedState state) => state.Statistics["spread"].Rows == 1
        ? new LinearReader(this, state)
        : throw new ArgumentException($"The spread has {state.Statistics["spread"].Rows} rows, not 1.", nameof(state));

    public IBelief Begin(AssimilationProblem problem, IPrior prior, RandomSource random) => prior.Moments();

    public Analysis Assimilate(AssimilationWindow window, IBelief background, RandomSource random)
    {
        var (n, times) = (window.System.Width, window.Observations.Count);
        var input = new Matrix<float>(1, 2 * n * times);
        var output = new Matrix<float>(1, n * times);
        Fill(window.Observations, n, input[0]);
        new DenseLayer<float>(input.Width, output.Width).With(learned!.Weights).Evaluate(input, output);
        var variance = learned.Statistics["spread"].Values.ToArray().Select(sd => sd * sd).ToArray();
        GaussianBelief? belief = null;
        for (var k = 0; k < times; k++)
        {
            belief = new GaussianBelief([.. output[0].Slice(k * n, n).ToArray().Select(x => (double)x)], variance[(k * n)..(k * n + n)]);
            window.Observer.OnAnalysis(window.Observations[k], belief);
        }
        return new Analysis(belief!);
    }

    private static void Fill(IReadOnlyList<Observation> observations, int n, Span<float> input)
    {
        var basis = new Matrix<double>(n, n);
        for (var i = 0; i < n; i++)
            basis[i, i] = 1;
        for (var k = 0; k < observations.Count; k++)
        {
            var columns = new Matrix<double>(n, observations[k].Count);
            observations[k].Operator.Apply(basis, columns);
            for (var i = 0; i < n; i++)
                for (var j = 0; j < columns.Width; j++)
                {
                    input[2 * (k * n + i)] += (float)(columns[i, j] * observations[k].Values.Span[j]);
                    input[2 * (k * n + i) + 1] += (float)columns[i, j];
                }
        }
    }

    private sealed class Learning : ILearning
    {
        private readonly Matrix<float> inputs, targets;

        public Learning(LinearReader method, ITwinSource twins, RandomSource random)
        {
            var (n, times) = (twins.Problem.System.Width, twins.Times.Count);
            var truths = new Matrix<double>(method.Trajectories, n * times);
            twins.Simulate(truths, random.Fork("truths"));
            (inputs, targets) = (new(method.Trajectories, 2 * n * times), new(method.Trajectories, n * times));
            for (var row = 0; row < truths.Rows; row++)
            {
                Fill(twins.Observe(truths[row], random.Fork("readings").Fork(row)), n, inputs[row]);
                for (var i = 0; i < truths.Width; i++)
                    targets[row, i] = (float)truths[row, i];
                Heard.Value?.Add((truths[row].ToArray(), [.. inputs[row].ToArray().Select(x => (double)x)]));
            }
            Network = new DenseLayer<float>(inputs.Width, targets.Width);
            var loss = SampleLoss.MeanSquare(Network, inputs, targets);
            Stages =
            [
                new("fit", new Trainer(Schedule: new ConstantRate(method.Rate), Epochs: method.Epochs, BatchSize: 16, ClipNorm: null), method.Trajectories, loss),
                new("refine", new Trainer(Schedule: new ConstantRate(0.1 * method.Rate), Epochs: method.Epochs, BatchSize: 16, Average: 0.9), method.Trajectories, loss),
            ];
        }

        public ILayer<float> Network { get; }

        public IReadOnlyList<LearningStage> Stages { get; }

        public LearnedState Finish(Matrix<float> weights, Workers workers)
        {
            var outputs = new Matrix<float>(inputs.Rows, targets.Width);
            Network.With(weights).Evaluate(inputs, outputs);
            var spread = new Matrix<double>(1, targets.Width);
            for (var i = 0; i < spread.Width; i++)
                spread[0, i] = Math.Sqrt(Enumerable.Range(0, inputs.Rows).Average(row => Math.Pow(outputs[row, i] - targets[row, i], 2)));
            return new LearnedState(weights, new Dictionary<string, Matrix<double>> { ["spread"] = spread });
        }
    }
}
