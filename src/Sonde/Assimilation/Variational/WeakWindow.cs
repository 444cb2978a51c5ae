using System.Numerics.Tensors;
using Sonde.Assimilation.Baselines;
using Sonde.Calculus;
using Sonde.Calculus.Minimization;
using Sonde.Calculus.Operations;
using Sonde.Dynamics;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Variational;

/// <summary>
/// ½ |x₀ − x_b|²_{B⁻¹} + ½ Σ |xₜ − M(xₜ₋₁)|²_{Qₜ⁻¹} + ½ Σ |y − H(xₜ)|²_{R⁻¹} over the states of a window, and its minimum for the first so many
/// observations. States begin where the model carries the last one that was minimised; Qₜ is what the steps' model errors become along them.
/// </summary>
internal sealed class WeakWindow
{
    private readonly IDifferentiableSystem system;
    private readonly AssimilationWindow window;
    private readonly WeakForm form;
    private readonly double[] background;
    private readonly Matrix<double> root;
    private readonly GridTime[] times;
    private readonly List<WeakInterval> intervals = [];
    private readonly List<double> control = [];
    private readonly List<double[]> states = [];
    private WindowGuess guess = WindowGuess.None;

    /// <summary>Begins at x_b.</summary>
    /// <param name="system">With its model error.</param>
    /// <param name="window">Times and observations.</param>
    /// <param name="form">What is controlled.</param>
    /// <param name="spacing">Model steps between states, beside those at observation times; null for none.</param>
    /// <param name="background">x_b, [n].</param>
    /// <param name="root">Rows Z with B = Zᵀ Z, [n, n].</param>
    public WeakWindow(IDifferentiableSystem system, AssimilationWindow window, WeakForm form, int? spacing, double[] background, Matrix<double> root)
    {
        (this.system, this.window, this.form, this.background, this.root) = (system, window, form, background, root);
        times = [.. Times(window, spacing)];
        Begin(guess);
    }

    private int Width => background.Length;

    /// <summary>Which state an observation is of.</summary>
    public int StateOf(Observation observation) => Array.BinarySearch(times, observation.At);

    /// <summary>Begins again at the states of a guess, where it has some.</summary>
    public void Begin(WindowGuess guess)
    {
        if (states.Count > 0 && guess.States is null)
            return;
        this.guess = guess;
        intervals.Clear();
        control.Clear();
        states.Clear();
        states.Add(guess.StateAt(window.Start) ?? background);
        control.AddRange(Controls(root, background, states[0]));            // the first state is x_b + v Z in both forms, so that B may be singular
    }

    /// <summary>The minimum for these observations, which begin with those of the call before.</summary>
    /// <param name="observations">In order of time.</param>
    /// <param name="minimizer">How it is found.</param>
    /// <param name="direct">How the Hessian is factored.</param>
    /// <param name="random">Not read by exact inverses.</param>
    public WeakSolution Minimize(IReadOnlyList<Observation> observations, ILeastSquaresMinimizer minimizer, INormalSolver direct, RandomSource random)
    {
        Extend(observations.Count == 0 ? 0 : StateOf(observations[^1]));
        if (form == WeakForm.State && intervals.Exists(interval => interval.Error.Whitener is null))
            return WeakSolution.Failed("The model error between two states is not positive definite, which needs the form model-error.");
        var unknowns = control.Count;
        var length = unknowns + observations.Sum(observation => observation.Count);
        (int State, Observation Observation)[] read = [.. observations.Where(one => one.Count > 0).Select(one => (StateOf(one), one))];
        var problem = new LeastSquares(form == WeakForm.State
            ? new WeakStates(background, root, intervals, read, window.Workers)
            : Map.Of<double>(unknowns, length, v => Residuals(v, read)));
        var x = control.ToArray();
        var outcome = minimizer.Minimize(problem, x);
        if (!double.IsFinite(outcome.Cost))
            return WeakSolution.Failed(EnsembleCycle.NotFinite);
        control.Clear();
        control.AddRange(x);
        var all = new Matrix<double>(states.Count, Width);
        var trajectory = Map.Of<double>(unknowns, unknowns, v => Join(Trajectory(v)));
        trajectory.Evaluate(new ReadOnlyBatch<double>(x), new Batch<double>(all.Values));
        for (var t = 0; t < states.Count; t++)
            states[t] = all[t].ToArray();
        if (InverseHessian.At(problem, x, direct, random) is not { } inverse)
            return WeakSolution.Failed("The Hessian of the cost is not positive definite.");
        var covariances = new Matrix<double>(unknowns, Width);
        if (inverse is IMarginals marginals)
            Marginals(marginals, covariances);
        else
            Carry(inverse, new Linearization<double>(trajectory, new ReadOnlyBatch<double>(x)), covariances);
        return new WeakSolution(all, covariances, outcome);
    }

    /// <summary>The start, the observation times, and others so many steps after each.</summary>
    private static IEnumerable<GridTime> Times(AssimilationWindow window, int? spacing)
    {
        var at = window.Start;
        yield return at;
        foreach (var next in window.Observations.Select(observation => observation.At))
        {
            while (spacing is { } steps && new GridTime(at.Step + steps, at.Fraction) < next)
                yield return at = new GridTime(at.Step + steps, at.Fraction);
            if (next > at)
                yield return at = next;
        }
    }

    /// <summary>Adds the model's forecast from the last state to another, and the intervals on the way.</summary>
    private void Extend(int last)
    {
        while (intervals.Count < last)
        {
            var (from, to) = (times[intervals.Count], times[intervals.Count + 1]);
            var mean = new Matrix<double>(new ReadOnlyBatch<double>(states[^1]));
            var error = new Matrix<double>(Width, Width);
            GaussianForecast.Run(system, window.Grid, from, to, mean, error, 1, window.Workers);
            var interval = new WeakInterval(ModelSteps.Between(system, window.Grid, from, to), new(VariationalBackground.RootOf(error)));
            intervals.Add(interval);
            states.Add(guess.StateAt(to) ?? mean[0].ToArray());
            control.AddRange(form == WeakForm.State ? states[^1] : Controls(interval.Error.Root, mean[0], states[^1]));
        }
    }

    /// <summary>What leads from one state to another, in units of a covariance with the root Z.</summary>
    private static double[] Controls(Matrix<double> root, ReadOnlySpan<double> from, ReadOnlySpan<double> to)
    {
        var (departure, v) = (new double[from.Length], new double[root.Rows]);
        TensorPrimitives.Subtract(to, from, departure);
        VariationalBackground.Controls(root, departure, v);
        return v;
    }

    /// <summary>What the cost of the form with model errors sums the squares of.</summary>
    private Variable<double> Residuals(Variable<double> v, (int State, Observation Observation)[] observations)
    {
        var x = Trajectory(v);
        return Join([v, .. observations.Select(one => WeakStates.Departures(x[one.State], one.Observation))]);
    }

    /// <summary>The states that a control stands for.</summary>
    private Variable<double>[] Trajectory(Variable<double> v)
    {
        var x = new Variable<double>[v.Width / Width];
        for (var t = 0; t < x.Length; t++)
        {
            x[t] = v.View(t * Width, 1, Width);
            if (t == 0)
                x[t] = v.Tape.Constant(new ReadOnlyBatch<double>(background)) + x[t].Times(v.Tape.Constant(root.All));
            else if (form == WeakForm.ModelError)
                x[t] = intervals[t - 1].Apply(x[t - 1]) + x[t].Times(v.Tape.Constant(intervals[t - 1].Error.Root.All));
        }
        return x;
    }

    private static Variable<double> Join(Variable<double>[] parts) =>
        parts.Length == 1 ? parts[0] : parts[0].Tape.Apply(Concatenation<double>.Instance, parts);

    /// <summary>The states' covariances, of which the first is Zᵀ C Z.</summary>
    private void Marginals(IMarginals marginals, Matrix<double> covariances)
    {
        using var frame = Scratch.Enter();
        var product = frame.Rent(Width, Width);
        marginals.Covariances(covariances);
        var first = covariances.All.Slice(0, Width);
        Dense.Multiply<double>(first, root, product);
        Dense.MultiplyTransposedLeft<double>(1, root, product, 0, first);
        GaussianForecast.Symmetrize(first);
    }

    /// <summary>The states' covariances Jᵀ H⁻¹ J, where the rows of J are what units of the control do to the states.</summary>
    private static void Carry(IInverseHessian inverse, Linearization<double> trajectory, Matrix<double> covariances)
    {
        var (unknowns, width) = (covariances.Rows, covariances.Width);
        var j = new Matrix<double>(unknowns, unknowns);
        var transposed = new Matrix<double>(unknowns, unknowns);
        var solved = new double[unknowns];
        trajectory.Tangent(Matrix<double>.Identity(unknowns), j);
        Dense.Transpose<double>(j, transposed);
        for (var row = 0; row < unknowns; row++)
        {
            inverse.Apply(transposed[row], solved);
            for (var column = 0; column < width; column++)
                covariances[row, column] = TensorPrimitives.Dot<double>(transposed[row / width * width + column], solved);
        }
    }
}
