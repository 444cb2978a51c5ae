using MathNet.Numerics.LinearAlgebra.Double;
using Sonde.Assimilation;
using Sonde.Assimilation.Learned;
using Sonde.Dynamics;
using Sonde.Dynamics.Fields;
using Sonde.Dynamics.Systems;
using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Observing.Errors;
using Sonde.Observing.Operators;

namespace Sonde.Tests.Problems;

/// <summary>A damped rotation from N(0, diag(4, 1)), whose first component is read with an error, and what a Kalman filter knows of it.</summary>
/// <param name="Length">T.</param>
/// <param name="Read">Which components are read at a time.</param>
internal sealed record LinearTwins(int Length, Func<int, int[]>? Read = null) : ITwinSource
{
    private const double Cos = 0.8, Sin = 0.5;
    private readonly LinearGaussianSystem system = new(new Matrix<double>(2, 2) { [0, 0] = Cos, [0, 1] = -Sin, [1, 0] = Sin, [1, 1] = Cos });

    /// <summary>Standard deviation of a reading.</summary>
    public static double Noise => 0.8;

    public static IPrior Prior { get; } = new GaussianPrior([0, 0], [2, 1]);

    public AssimilationProblem Problem => new(system, new TimeGrid(0, 1), null, 1);

    public IReadOnlyList<GridTime> Times => [.. Enumerable.Range(1, Length).Select(k => new GridTime(k))];

    /// <summary>The Kalman filter's standard deviations after each of the times, [T][2], where the first component is read at each.</summary>
    public double[][] Deviations()
    {
        var (m, p, h) = (DenseMatrix.OfArray(new[,] { { Cos, -Sin }, { Sin, Cos } }), DenseMatrix.OfDiagonalArray([4.0, 1.0]), DenseMatrix.OfArray(new[,] { { 1.0, 0 } }));
        var found = new double[Length][];
        for (var k = 0; k < Length; k++)
        {
            p = (DenseMatrix)(m * p * m.Transpose());
            var gain = p * h.Transpose() / ((h * p * h.Transpose())[0, 0] + Noise * Noise);
            p = (DenseMatrix)(p - gain * h * p);
            found[k] = [Math.Sqrt(p[0, 0]), Math.Sqrt(p[1, 1])];
        }
        return found;
    }

    public void Simulate(Batch<double> truths, RandomSource random)
    {
        var x = new Matrix<double>(truths.Rows, 2);
        Prior.Sample(x, random);
        for (var k = 0; 2 * k < truths.Width; k++)
        {
            system.Advance(x, k, 1, 1, 0, random);
            for (var row = 0; row < x.Rows; row++)
                x[row].CopyTo(truths[row].Slice(2 * k, 2));
        }
    }

    public IReadOnlyList<Observation> Observe(ReadOnlySpan<double> truth, RandomSource random)
    {
        var observations = new Observation[truth.Length / 2];
        for (var k = 0; k < observations.Length; k++)
        {
            var components = Read?.Invoke(k) ?? [0];
            var values = new double[components.Length];
            for (var j = 0; j < values.Length; j++)
                values[j] = truth[2 * k + components[j]] + Noise * random.NextNormal();
            observations[k] = new Observation
            {
                Index = k, At = Times[k], Operator = new ComponentOperator(2, components), Error = new DiagonalError(values.Length, Noise),
                Points = new SpacePoint?[values.Length], Values = values, Quantities = [.. components.Select(c => $"x{c}")],
            };
        }
        return observations;
    }
}
