using System.Numerics.Tensors;
using Sonde.Calculus.Minimization;
using Sonde.Numerics;

namespace Sonde.Assimilation.Variational;

/// <summary>
/// ½ |v|² + ½ |y − G(x_b + v Z)|², where the rows of Z are a square root of the background covariance, B = Zᵀ Z; its minimum, and the covariance
/// Zᵀ H⁻¹ Z that comes with it.
/// </summary>
/// <param name="background">x_b, [n].</param>
/// <param name="root">Z.</param>
/// <param name="isSampled">True where covariances that are carried along are those of draws, because a square root has too many rows.</param>
internal sealed class ControlProblem(double[] background, IBackgroundRoot root, bool isSampled)
{
    private const int Draws = 100;                      // a standard deviation from so many is within about 7 %
    private readonly double[] v = new double[root.Modes];
    private LeastSquares? cost;

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

    /// <summary>The posterior covariance where it is known without a square root; null elsewhere.</summary>
    public ReducedCovariance? Structure { get; private set; }

    /// <summary>Tr(H K) as the last call of <see cref="PosteriorRows"/> found it: how many numbers the observations determined.</summary>
    public double DegreesOfFreedom { get; private set; }

    /// <summary>Moves v to where the state is as near a guess as can be.</summary>
    public void Begin(ReadOnlySpan<double> state)
    {
        using var frame = Scratch.Enter();
        var departure = frame.Rent(1, state.Length)[0];
        TensorPrimitives.Subtract(state, background, departure);
        root.Controls(departure, v);
    }

    /// <summary>Moves v from where it is to the minimum with this G and y.</summary>
    public Minimization Minimize(WindowMap map, ILeastSquaresMinimizer minimizer)
    {
        cost = new LeastSquares(new ControlMap(background, root, map), 1);
        return minimizer.Minimize(cost, v);
    }

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
        DegreesOfFreedom = root.Modes - (isSampled ? TensorPrimitives.Sum<double>(Variances(inverse)) : TensorPrimitives.SumOfSquares<double>(controls.Values));
        if (isSampled && inverse is SpectralPreconditioner { Pairs: var pairs })
            Structure = new ReducedCovariance(root, pairs);
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

    private static double[] Variances(IInverseHessian inverse)
    {
        var variances = new double[inverse.Width];
        inverse.Variances(variances);
        return variances;
    }

    private Matrix<double> Placed(Matrix<double> controls)
    {
        var rows = new Matrix<double>(controls.Rows, root.Width);
        root.Place(controls, rows);
        return rows;
    }
}
