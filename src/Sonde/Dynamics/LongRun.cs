using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Dynamics;

/// <summary>What a system does in the long run: mean and covariance of its states.</summary>
/// <param name="Mean">[Width].</param>
/// <param name="Covariance">Unbiased estimate, [Width, Width].</param>
public sealed record LongRun(double[] Mean, Matrix<double> Covariance)
{
    private const int BlockRows = 256;              // samples that are added to the covariance as one matrix product

    /// <summary>Estimates from one free run; memory does not grow with its length.</summary>
    /// <param name="system">Any system.</param>
    /// <param name="grid">Its steps.</param>
    /// <param name="start">Where the run begins, [Width].</param>
    /// <param name="spinUp">Steps before the first sample, 0 or more.</param>
    /// <param name="samples">How many states are taken, at least 2.</param>
    /// <param name="stride">Steps from one to the next, at least 1.</param>
    /// <param name="random">Model error of a stochastic system: the steps before sample k draw from <c>random.Fork(k)</c>.</param>
    /// <exception cref="ArgumentException">A number is out of its range or the start has another width.</exception>
    public static LongRun Estimate(IDynamicalSystem system, TimeGrid grid, ReadOnlySpan<double> start, int spinUp, int samples, int stride, RandomSource random)
    {
        if (start.Length != system.Width)
            throw new ArgumentException($"The system has {system.Width} components but the start has {start.Length}.", nameof(start));
        ArgumentOutOfRangeException.ThrowIfNegative(spinUp);
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, 1);
        var n = system.Width;
        var x = new Matrix<double>(1, n);
        start.CopyTo(x[0]);
        var block = new Matrix<double>(Math.Min(BlockRows, samples), n);
        var (origin, sum) = (new double[n], new double[n]);         // departures from the first sample lose no digits to a large mean
        var squares = new Matrix<double>(n, n);
        var step = 0;
        for (var first = 0; first < samples; first += block.Rows)
        {
            var rows = Math.Min(block.Rows, samples - first);
            for (var row = 0; row < rows; row++)
            {
                var steps = first + row == 0 ? spinUp : stride;
                system.Advance(x, grid.TimeOf(new GridTime(step)), grid.StepLength, steps, 0, random.Fork(first + row));
                step += steps;
                if (first + row == 0)
                    x[0].CopyTo(origin);
                TensorPrimitives.Subtract(x[0], origin, block[row]);
                TensorPrimitives.Add(block[row], sum, sum);
            }
            var taken = block.All.Slice(0, rows);
            Dense.MultiplyTransposedLeft<double>(1, taken, taken, 1, squares);
        }
        var mean = new double[n];
        TensorPrimitives.Multiply(sum, 1.0 / samples, mean);
        for (var i = 0; i < n; i++)
            TensorPrimitives.MultiplyAdd(mean, -sum[i], squares[i], squares[i]);
        TensorPrimitives.Divide<double>(squares.Values, samples - 1, squares.Values);
        TensorPrimitives.Add<double>(mean, origin, mean);
        return new LongRun(mean, squares);
    }
}
