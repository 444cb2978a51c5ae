using System.Numerics.Tensors;
using Sonde.Calculus.Minimization;
using Sonde.Dynamics;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Variational;

/// <summary>
/// ½ |v|² + ½ |y − G(x_b + v Z)|² over a window, where the rows of Z are a square root of the background covariance, B = Zᵀ Z; its minimum, and the
/// covariance Zᵀ H⁻¹ Z that comes with it.
/// </summary>
/// <param name="system">What carries states.</param>
/// <param name="window">Times, workers.</param>
/// <param name="background">x_b, [n].</param>
/// <param name="root">Z.</param>
/// <param name="isSampled">True where covariances that are carried along are those of draws, because a square root has too many rows.</param>
internal sealed class StrongWindow(IDifferentiableSystem system, AssimilationWindow window, double[] background, IBackgroundRoot root, bool isSampled)
{
    private const int Draws = 100;                      // a standard deviation from so many is within about 7 %
    private readonly double[] v = new double[root.Modes];
    private LeastSquares? cost;

    /// <summary>Called at each observation with the state there and the rows that were carried along.</summary>
    public delegate void Visit(Observation observation, ReadOnlyBatch<double> state, Batch<double> rows);

    /// <summary>x_b + v Z where the last minimization ended; x_b before the first.</summary>
    public Matrix<double> State
    {
        get
        {
            var x = new Matrix<double>(1, root.Width);
            root.Place(new ReadOnlyBatch<double>(v), x);
            TensorPrimitives.Add(x[0], background, x[0]);
            return x;
        }
    }

    /// <summary>Moves v to where the state at the start is as near a guess as can be.</summary>
    public void Begin(ReadOnlySpan<double> state)
    {
        using var frame = Scratch.Enter();
        var departure = frame.Rent(1, state.Length)[0];
        TensorPrimitives.Subtract(state, background, departure);
        root.Controls(departure, v);
    }

    /// <summary>Moves v from where it is to the minimum for these observations.</summary>
    public Minimization Minimize(IReadOnlyList<Observation> observations, ILeastSquaresMinimizer minimizer)
    {
        cost = new LeastSquares(new ControlMap(background, root, new WindowMap(system, window.Grid, window.Start, observations, window.Workers)), 1);
        return minimizer.Minimize(cost, v);
    }

    /// <summary>The posterior covariance at the window's start where it is known without a square root; null elsewhere.</summary>
    public ReducedCovariance? AtStart { get; private set; }

    /// <summary>Rows C with Cᵀ C = B, or its estimate.</summary>
    public Matrix<double> PriorRows(RandomSource random) => Placed(Controls(random));

    /// <summary>Rows C with Cᵀ C = Zᵀ H⁻¹ Z where the last minimization ended, or its estimate; null where H is not positive definite.</summary>
    /// <param name="solver">How H is inverted.</param>
    /// <param name="random">Where a search for eigenvectors begins, and draws.</param>
    public Matrix<double>? PosteriorRows(INormalSolver solver, RandomSource random)
    {
        if (InverseHessian.At(cost!, v, solver, random) is not { } inverse)
            return null;
        var controls = Controls(random.Fork("draws"));
        for (var i = 0; i < controls.Rows; i++)
            inverse.Color(controls[i]);
        if (isSampled && inverse is SpectralPreconditioner { Pairs: var pairs })
            AtStart = new ReducedCovariance(root, pairs);
        return Placed(controls);
    }

    private Matrix<double> Controls(RandomSource random)
    {
        if (!isSampled)
            return Matrix<double>.Identity(root.Modes);
        var controls = new Matrix<double>(Draws, root.Modes);
        random.FillNormal(controls.Values);
        TensorPrimitives.Multiply(controls.Values, 1 / Math.Sqrt(Draws), controls.Values);
        return controls;
    }

    private Matrix<double> Placed(Matrix<double> controls)
    {
        var rows = new Matrix<double>(controls.Rows, root.Width);
        root.Place(controls, rows);
        return rows;
    }

    /// <summary>
    /// Carries a state from the window's start to the observations and beyond, and along it rows of perturbations: tangents of
    /// <paramref name="rows"/>, in place.
    /// </summary>
    /// <param name="x">State at the start, [1, n]; ends at <paramref name="until"/>.</param>
    /// <param name="rows">Perturbations at the start, [any, n].</param>
    /// <param name="observations">Where to stop on the way.</param>
    /// <param name="until">Where to end.</param>
    /// <param name="visit">Called at each observation.</param>
    public void Carry(Matrix<double> x, Matrix<double> rows, IReadOnlyList<Observation> observations, GridTime until, Visit visit)
    {
        var at = window.Start;
        foreach (var observation in observations)
        {
            Carry(x, rows, at, observation.At);
            at = observation.At;
            visit(observation, x, rows);
        }
        if (at < until)
            Carry(x, rows, at, until);
    }

    private void Carry(Matrix<double> x, Matrix<double> rows, GridTime from, GridTime to)
    {
        foreach (var steps in ModelSteps.Between(system, window.Grid, from, to))
            steps.Carry(x, rows, window.Workers);
    }
}
