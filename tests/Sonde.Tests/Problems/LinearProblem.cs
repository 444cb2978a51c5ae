using MathNet.Numerics.LinearAlgebra;
using Sonde.Assimilation;
using Sonde.Dynamics.Systems;
using Sonde.Observing.Errors;
using Sonde.Observing.Operators;
using RandomSource = Sonde.Numerics.RandomSource;
using Rows = Sonde.Numerics.Matrix<double>;

namespace Sonde.Tests.Problems;

/// <summary>
/// A linear system with Gaussian errors and all that is known about it given any of its observations, from the joint
/// covariance of every time, stacked: no recursion, so that it can judge recursions.
/// </summary>
internal sealed class LinearProblem
{
    private readonly Matrix<double> jointCovariance;        // of x₁ … x_K, one after the other
    private readonly Vector<double> jointMean;

    public LinearProblem(int width = 5, int count = 8, bool modelError = true, long seed = 11, int every = 2)
    {
        var random = new RandomSource(seed);
        var transition = Random(random.Fork("transition"), width, width) * (0.7 / Math.Sqrt(width)) + DiagonalOf(width, 0.6);
        var q = modelError ? Covariance(random.Fork("Q"), width) * 0.1 : Matrix<double>.Build.Dense(width, width);
        var mean = Enumerable.Range(0, width).Select(i => 1.0 + 0.5 * i).ToArray();
        var p = Covariance(random.Fork("P"), width);
        var prior = new ExactPrior(mean, Own(p));
        var system = new LinearGaussianSystem(Own(transition), modelError ? Own(q) : null);
        Twin = TwinProblem.Of(
            system, 1.0, prior, every, count, k => new LinearOperator(Own(Random(random.Fork("H").Fork(k % 2), width - 2 - k % 2, width))),
            k => new CorrelatedError(Own(Covariance(random.Fork("R").Fork(k % 2), width - 2 - k % 2))), seed);

        var step = transition.Power(every);
        var stepNoise = Matrix<double>.Build.Dense(width, width);
        for (var s = 0; s < every; s++)
            stepNoise = transition * stepNoise * transition.Transpose() + q;
        jointMean = Vector<double>.Build.Dense(width * count);
        jointCovariance = Matrix<double>.Build.Dense(width * count, width * count);
        var (m, c) = (Vector<double>.Build.Dense(mean), p);
        for (var k = 0; k < count; k++)
        {
            m = step * m;
            c = step * c * step.Transpose() + stepNoise;
            jointMean.SetSubVector(k * width, width, m);
            var cross = c;
            for (var later = k; later < count; later++)
            {
                jointCovariance.SetSubMatrix(later * width, k * width, cross);
                jointCovariance.SetSubMatrix(k * width, later * width, cross.Transpose());
                cross = step * cross;
            }
        }
    }

    public TwinProblem Twin { get; }

    /// <summary>Mean of all states before any observation, one after the other.</summary>
    public double[] JointMean => jointMean.ToArray();

    /// <summary>Covariance of all states before any observation.</summary>
    public Rows JointCovariance => Own(jointCovariance);

    public int Width => Twin.System.Width;

    public int Count => Twin.Observations.Count;

    /// <summary>Mean and covariance of the state at observation time k given observations 0 … last.</summary>
    public (Vector<double> Mean, Matrix<double> Covariance) Given(int k, int last)
    {
        var observed = Twin.Observations.Take(Math.Min(last + 1, Count)).ToList();
        var (mean, covariance) = (jointMean.SubVector(k * Width, Width), jointCovariance.SubMatrix(k * Width, Width, k * Width, Width));
        if (observed.Count == 0)
            return (mean, covariance);
        var size = observed.Sum(o => o.Count);
        var h = Matrix<double>.Build.Dense(size, jointMean.Count);
        var r = Matrix<double>.Build.Dense(size, size);
        var y = Vector<double>.Build.Dense(size);
        var row = 0;
        foreach (var observation in observed)
        {
            h.SetSubMatrix(row, observation.Index * Width, Matrix(observation.Operator));
            var own = new Rows(observation.Count, observation.Count);
            observation.Error.AddCovariance(own);
            r.SetSubMatrix(row, row, Theirs(own));
            y.SetSubVector(row, observation.Count, Vector<double>.Build.Dense(observation.Values.ToArray()));
            row += observation.Count;
        }
        var cross = jointCovariance.SubMatrix(k * Width, Width, 0, jointMean.Count) * h.Transpose();
        var gain = (h * jointCovariance * h.Transpose() + r).Transpose().Solve(cross.Transpose()).Transpose();
        return (mean + gain * (y - h * jointMean), covariance - gain * cross.Transpose());
    }

    /// <summary>Asserts that a belief is what is known at time k given observations 0 … last.</summary>
    public void AssertGiven(int k, int last, GaussianBelief belief, double tolerance)
    {
        var (mean, covariance) = Difference(k, last, belief);
        Assert.InRange(mean, 0, tolerance);
        Assert.InRange(covariance, 0, tolerance);
    }

    /// <summary>The largest difference of a component of the mean, and of an entry of the covariance, from what is known at time k given observations 0 … last.</summary>
    public (double Mean, double Covariance) Difference(int k, int last, GaussianBelief belief)
    {
        var (mean, covariance) = Given(k, last);
        return ((mean - Vector<double>.Build.Dense(belief.MeanState)).AbsoluteMaximum(), (covariance - Theirs(belief.Covariance!)).Enumerate().Max(Math.Abs));
    }

    public static Rows Own(Matrix<double> theirs)
    {
        var own = new Rows(theirs.RowCount, theirs.ColumnCount);
        for (var i = 0; i < own.Rows; i++)
            for (var j = 0; j < own.Width; j++)
                own[i, j] = theirs[i, j];
        return own;
    }

    public static Matrix<double> Theirs(Rows own) => Matrix<double>.Build.Dense(own.Rows, own.Width, (i, j) => own[i, j]);

    private static Matrix<double> Matrix(Sonde.Observing.IObservationOperator h)
    {
        var (identity, columns) = (Rows.Identity(h.InputWidth), new Rows(h.InputWidth, h.OutputWidth));
        h.Apply(identity, columns);
        return Theirs(columns).Transpose();
    }

    private static Matrix<double> Random(RandomSource random, int rows, int columns) =>
        Matrix<double>.Build.Dense(rows, columns, (i, j) => random.Fork(i).Fork(j).NextNormal());

    private static Matrix<double> Covariance(RandomSource random, int width)
    {
        var root = Random(random, width, width + 2);
        return root * root.Transpose() / (width + 2) + DiagonalOf(width, 0.1);
    }

    private static Matrix<double> DiagonalOf(int width, double value) => Matrix<double>.Build.DenseDiagonal(width, width, value);
}
