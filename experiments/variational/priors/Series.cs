using Sonde.Assimilation;
using Sonde.Assimilation.Variational;
using Sonde.Dynamics;
using Sonde.Dynamics.Fields;
using Sonde.Dynamics.Systems;
using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Observing.Errors;
using Sonde.Observing.Operators;

namespace Sonde.Priors;

/// <summary>Lorenz-96 of 40 sites, F = 8, steps of 0.01: a truth on its attractor, ten sites observed each step, other ones each time, with unit errors.</summary>
internal sealed class Series : IAnalysisObserver
{
    public const int Sites = 40;
    private const int Observed = 10, SpinUp = 2000, Reach = 25;
    private static readonly RungeKuttaSystem System = new(new Lorenz96(Sites));
    private static readonly TimeGrid Grid = new(0, 0.01);
    private readonly RandomSource random;
    private readonly Observation[] observations;        // at step k + 1
    private readonly Dictionary<int, GaussianBelief> heard = [];

    public Series(int seed, int steps)
    {
        random = new RandomSource(seed);
        var x = new Matrix<double>(1, Sites);
        random.Fork("start").FillNormal(x[0]);
        System.Advance(x, 0, Grid.StepLength, SpinUp, 0, random);
        Truth = new Matrix<double>(steps + 1, Sites);
        observations = new Observation[steps];
        var all = Enumerable.Range(0, Sites).ToArray();
        var noise = new double[Observed];
        for (var k = 0; k <= steps; k++)
        {
            x[0].CopyTo(Truth[k]);
            if (k == steps)
                break;
            System.Advance(x, 0, Grid.StepLength, 1, 0, random);
            random.Fork("sites").Fork(k).Shuffle(all);
            var sites = all[..Observed].Order().ToArray();
            random.Fork("errors").Fork(k).FillNormal(noise);
            var values = new double[Observed];
            for (var i = 0; i < Observed; i++)
                values[i] = x[0, sites[i]] + noise[i];
            observations[k] = new Observation
            {
                Index = k, At = new GridTime(k + 1), Operator = new ComponentOperator(Sites, sites), Values = values, Error = new DiagonalError(Observed, 1.0),
                Points = new SpacePoint?[Observed],
            };
        }
    }

    public Matrix<double> Truth { get; }

    /// <summary>Mean and covariance of a long run.</summary>
    public static GaussianBelief Climatology { get; } = Moments();

    /// <summary>What is believed of a step from the observations up to 25 steps away and the climatology: mean and inverse Hessian.</summary>
    public GaussianBelief Estimate(int step)
    {
        Run(new FourDVar(Window: 2 * Reach + 1, Iterations: 60), step - Reach - 1, 2 * Reach + 1, (_, _) => true, WindowGuess.None);
        return heard[step];
    }

    /// <summary>Linear interpolation in time of the observations of each site.</summary>
    public double[] Interpolate(int step)
    {
        var state = new double[Sites];
        for (var i = 0; i < Sites; i++)
        {
            var (before, after) = (Nearest(step, i, -1), Nearest(step + 1, i, 1));
            var share = (step - before.Step) / (double)(after.Step - before.Step);
            state[i] = before.Value + share * (after.Value - before.Value);
        }
        return state;
    }

    /// <summary>4D-Var over the steps after one; the belief at that step.</summary>
    /// <param name="method">4D-Var.</param>
    /// <param name="start">The step.</param>
    /// <param name="length">Steps of the window.</param>
    /// <param name="uses">Whether the observations so many steps after the start, and before the end, enter.</param>
    /// <param name="guess">Priors and where to begin.</param>
    public GaussianBelief Run(FourDVar method, int start, int length, Func<int, int, bool> uses, WindowGuess guess)
    {
        heard.Clear();
        var inside = observations[start..(start + length)].Select((one, i) => uses(i + 1, length - i - 1) ? one : one.Select([])).ToArray();
        var window = new AssimilationWindow
        {
            System = System, Grid = Grid, Start = new GridTime(start), NextStart = new GridTime(start + length), AtStart = observations[start - 1],
            Observations = inside, FirstNew = 0, Leaving = length, IsLast = true, Observer = this,
        };
        var problem = new AssimilationProblem(System, Grid, Climatology, Grid.StepLength);
        var background = method.Begin(problem, new GaussianPrior(Climatology.MeanState, Climatology.Covariance!), random.Fork("begin"));
        ((IVariationalMethod)method).Assimilate(window, background, guess, random.Fork("window"));
        return heard[start];
    }

    /// <summary>The error of a state's trajectory at its start, in its middle, at its end and over all of it: root mean squares over sites and steps.</summary>
    public (double Start, double Middle, double End, double Whole) Errors(double[] state, int start, int length)
    {
        var x = new Matrix<double>(new ReadOnlyBatch<double>(state));
        var squares = new double[length + 1];
        for (var k = 0; k <= length; k++)
        {
            for (var i = 0; i < Sites; i++)
                squares[k] += (x[0, i] - Truth[start + k, i]) * (x[0, i] - Truth[start + k, i]) / Sites;
            System.Advance(x, 0, Grid.StepLength, 1, 0, random);
        }
        return (Math.Sqrt(squares[0]), Math.Sqrt(squares[length / 2]), Math.Sqrt(squares[length]), Math.Sqrt(squares.Average()));
    }

    public void OnAnalysis(Observation observation, IBelief belief) => heard[observation.Index + 1] = (GaussianBelief)belief;

    public void OnSmoothed(Observation observation, IBelief belief) => heard[observation.Index + 1] = (GaussianBelief)belief;

    private (int Step, double Value) Nearest(int step, int site, int direction)
    {
        for (var k = step; ; k += direction)
            if (Array.IndexOf(((ComponentOperator)observations[k - 1].Operator).Components.ToArray(), site) is >= 0 and var i)
                return (k, observations[k - 1].Values.Span[i]);
    }

    private static GaussianBelief Moments()
    {
        var start = new double[Sites];
        start[0] = 1;
        var run = LongRun.Estimate(System, Grid, start, SpinUp, 20000, 20, new RandomSource(0));
        return new GaussianBelief(run.Mean, run.Covariance);
    }
}
