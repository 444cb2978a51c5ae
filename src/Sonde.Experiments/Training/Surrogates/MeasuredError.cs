using System.Numerics;
using System.Numerics.Tensors;
using Sonde.Numerics;
using Sonde.Surrogates;

namespace Sonde.Experiments.Training;

/// <summary>What a surrogate errs by on held-out trajectories: the numbers of a <see cref="SurrogateError"/>.</summary>
/// <param name="Trajectories">How many were held out.</param>
/// <param name="Deviations">Of normalized fields on the grid, [width]; the same for all points of a field where the decoder is a network of the coordinate.</param>
/// <param name="Patterns">Coefficients of the modes in each pattern, [patterns, modes]; no rows without modes of the data.</param>
/// <param name="Times">Factors of the variance by snapshot, of mean 1.</param>
/// <param name="Parameters">Of a <see cref="ParameterFactor"/>.</param>
/// <param name="InPatterns">The share of the variance that lies in the patterns.</param>
internal sealed record MeasuredError<T>(int Trajectories, double[] Deviations, Matrix<T> Patterns, double[] Times, double[] Parameters, double InPatterns)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int MostPatterns = 64;

    /// <summary>The root mean square of the deviations.</summary>
    public double Relative => Math.Sqrt(TensorPrimitives.SumOfSquares<double>(Deviations) / Deviations.Length);

    /// <summary>Measures; reads the trajectories twice.</summary>
    /// <param name="data">The trajectories.</param>
    /// <param name="heldOut">Which of them to take, 1 or more.</param>
    /// <param name="made">What the surrogate makes of them.</param>
    /// <returns>Null where an error is not finite.</returns>
    public static MeasuredError<T>? Of(NormalizedTrajectories<T> data, int[] heldOut, MadeTrajectories<T> made)
    {
        var (width, truth, error) = (made.Components.Length, new Matrix<T>(data.Times, data.Frame.Domain.FieldWidth), new double[made.Components.Length]);
        var squares = new Matrix<double>(heldOut.Length, data.Times);
        ForEach((i, k) => squares[i, k] = TensorPrimitives.SumOfSquares<double>(error) / width);
        if (!double.IsFinite(TensorPrimitives.Sum<double>(squares.Values)))
            return null;
        var (times, parameters, factors) = Factors(data, heldOut, squares);

        var (variances, count) = (new double[width], 1.0 / (heldOut.Length * data.Times));
        var modes = made.Modal?.Modes;
        var (own, covariance, exact) = (new Matrix<double>(data.Times, modes?.Count ?? 0), new Matrix<double>(modes?.Count ?? 0, modes?.Count ?? 0), new Matrix<T>(data.Times, modes?.Count ?? 0));
        var project = modes?.Projection(FieldModes<T>.GridWeights(data.Frame), Workers.One);
        ForEach((i, k) =>
        {
            if (k == 0)
                project?.Invoke(truth, exact);
            var root = Math.Sqrt(count / (times[k] * factors[i]));
            TensorPrimitives.Multiply(error, root, error);
            TensorPrimitives.MultiplyAdd<double>(error, error, variances, variances);
            for (var mode = 0; mode < own.Width; mode++)
                own[k, mode] = root * double.CreateChecked(
                    (exact[k, mode] - made.Coefficients![k, mode]) * modes!.Deviation.Values[mode]);
            if (k == data.Times - 1 && own.Width > 0)
                Dense.MultiplyTransposedLeft<double>(1, own, own, 1, covariance);
        });
        var (patterns, share) = own.Width > 0 ? PatternsOf(covariance) : (new Matrix<T>(0, 0), 0);
        var total = TensorPrimitives.Sum<double>(variances) / width;
        // modes are orthonormal with weights of mean 1, so that squares of coefficients are sums over the whole grid
        return new(heldOut.Length, OnGrid(data.Frame, made, variances), patterns, times, parameters, total > 0 ? share / (total * width) : 0);

        void ForEach(Action<int, int> take)
        {
            for (var i = 0; i < heldOut.Length; i++)
            {
                data.Read(heldOut[i], truth);
                made.Make(heldOut[i]);
                for (var k = 0; k < data.Times; k++)
                {
                    for (var c = 0; c < width; c++)
                        error[c] = double.CreateChecked(truth[k, made.Components[c]] - made.Fields[k, c]);
                    take(i, k);
                }
            }
        }
    }

    /// <summary>Mean squares as a product of factors of time and of the trajectory's parameters, each of mean 1, and a number.</summary>
    private static (double[] Times, double[] Parameters, double[] OfTrajectories) Factors(NormalizedTrajectories<T> data, int[] heldOut, Matrix<double> squares)
    {
        var (count, parameters) = (squares.Rows, new Matrix<double>(squares.Rows, data.Names.Count));
        for (var i = 0; i < count; i++)
            for (var p = 0; p < parameters.Width; p++)
                parameters[i, p] = double.CreateChecked(data.Parameters[heldOut[i], p]);
        double[] means = [.. Enumerable.Range(0, count).Select(i => TensorPrimitives.Sum<double>(squares[i]) / squares.Width)];
        var coefficients = means.Min() > 0 ? ParameterFactor.Fit(parameters, means) : [];
        double[] factors = [.. Enumerable.Range(0, count).Select(i => ParameterFactor.Of(coefficients, parameters[i]))];
        var times = new double[squares.Width];
        for (var i = 0; i < count; i++)
            TensorPrimitives.MultiplyAdd(squares[i], 1 / factors[i], times, times);
        var mean = TensorPrimitives.Sum<double>(times) / times.Length;
        for (var k = 0; k < times.Length; k++)
            times[k] = mean > 0 ? Math.Max(1e-6, times[k] / mean) : 1;
        return (times, coefficients, factors);
    }

    /// <summary>The principal axes of the covariance of coefficients, each as long as the errors' deviation along it.</summary>
    private static (Matrix<T> Patterns, double Variance) PatternsOf(Matrix<double> covariance)
    {
        var n = covariance.Rows;
        var (values, vectors) = (new double[n], new Matrix<double>(n, n));
        if (!SymmetricEigen.Decompose<double>(covariance, values, vectors))
            return (new Matrix<T>(0, n), 0);
        int[] order = [.. Enumerable.Range(0, n).OrderByDescending(i => values[i]).TakeWhile(i => values[i] > 0).Take(MostPatterns)];
        var patterns = new Matrix<T>(order.Length, n);
        for (var k = 0; k < order.Length; k++)
            for (var mode = 0; mode < n; mode++)
                patterns[k, mode] = T.CreateChecked(Math.Sqrt(values[order[k]]) * vectors[order[k], mode]);
        return (patterns, order.Sum(i => values[i]));
    }

    private static double[] OnGrid(FieldFrame frame, MadeTrajectories<T> made, double[] variances)
    {
        if (made.Modal is not null)
            return [.. variances.Select(Math.Sqrt)];
        return [.. frame.Domain.Fields.SelectMany((field, f) => Enumerable.Repeat(Math.Sqrt(variances[made.OfField(f)].Average()), field.Grid.Count))];
    }
}
