using System.Numerics;
using System.Numerics.Tensors;
using Sonde.Numerics;
using Sonde.Surrogates;

namespace Sonde.Experiments.Training;

/// <summary>How well a surrogate makes trajectories from parameters alone, over all their times.</summary>
internal sealed class SurrogateScores<T>(NormalizedTrajectories<T> data, LatentDynamics<T> dynamics, IDecoder<T> decoder, Matrix<T>? coefficients)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// For each field root mean square error in its unit, relative to its departures from the mean, and its deviation. For all fields together the
    /// square root of the sum of squared errors over the sum of squares: relative to fields without their mean in units of their deviation, and to
    /// fields scaled from −1 to 1, as published.
    /// </summary>
    public Dictionary<string, IReadOnlyDictionary<string, double>> Of(Matrix<T> weights, int[] learned, int[] heldOut)
    {
        var (own, ownExact) = Sums(weights, learned, heldOut.Length == 0);
        var (judged, exact) = heldOut.Length > 0 ? Sums(weights, heldOut, true) : (null, ownExact);
        var scores = new Dictionary<string, IReadOnlyDictionary<string, double>>();
        for (var f = 0; f < data.Frame.Fields; f++)
            scores[data.Frame.Domain.Fields[f].Name] = new Dictionary<string, double>
            {
                ["rmse"] = (judged?.Rmse(f) ?? double.NaN) * data.Frame.Deviation[f], ["relativeRmse"] = judged?.RelativeOf(f) ?? double.NaN,
                ["learnedRmse"] = own.Rmse(f) * data.Frame.Deviation[f], ["deviation"] = data.Frame.Deviation[f],
            };
        var all = new Dictionary<string, double>
        {
            ["relativeRmse"] = judged?.Relative ?? double.NaN, ["publishedRmse"] = judged?.Published ?? double.NaN, ["learnedRelativeRmse"] = own.Relative,
        };
        if (coefficients is not null)
            all["truncation"] = exact.Relative;
        scores["all fields"] = all;
        return scores;
    }

    /// <summary>Errors of the surrogate, and with modes those of exact coefficients where they are wanted.</summary>
    private (ErrorSums Surrogate, ErrorSums Exact) Sums(Matrix<T> weights, int[] trajectories, bool wantsExact)
    {
        var (sums, exact) = (new ErrorSums(data.Frame.Fields), new ErrorSums(data.Frame.Fields));
        var (made, truth) = (new MadeTrajectories<T>(data, dynamics, decoder, weights), new Matrix<T>(data.Times, data.Frame.Domain.FieldWidth));
        foreach (var i in trajectories)
        {
            data.Read(i, truth);
            if (coefficients is not null && wantsExact)
            {
                made.Compose(coefficients.All.Slice(i * data.Times, data.Times));
                Add(exact, made, truth);
            }
            made.Make(i);
            Add(sums, made, truth);
        }
        return (sums, exact);
    }

    private void Add(ErrorSums sums, MadeTrajectories<T> made, Matrix<T> truths)
    {
        using var frame = Scratch.Enter();
        var truth = frame.RentSpan<T>(made.Components.Length);
        for (var k = 0; k < data.Times; k++)
        {
            for (var c = 0; c < made.Components.Length; c++)
                truth[c] = truths[k, made.Components[c]];
            for (var f = 0; f < data.Frame.Fields; f++)
                sums.Add<T>(f, made.Fields[k][made.OfField(f)], truth[made.OfField(f)], data.HalfExtent[f], data.MiddleOfExtent[f]);
        }
    }

    /// <summary>Sums over times, points and trajectories.</summary>
    private sealed class ErrorSums(int fields)
    {
        private readonly double[] squares = new double[fields];
        private readonly long[] counts = new long[fields];
        private readonly double[] exact = new double[fields];
        private double scaledErrors, scaledExact;

        public double Relative => Math.Sqrt(squares.Sum() / exact.Sum());

        public double Published => Math.Sqrt(scaledErrors / scaledExact);

        public double RelativeOf(int field) => Math.Sqrt(squares[field] / exact[field]);

        public double Rmse(int field) => Math.Sqrt(squares[field] / counts[field]);

        /// <summary>Takes values of a field in.</summary>
        public void Add<TNumber>(int field, ReadOnlySpan<TNumber> made, ReadOnlySpan<TNumber> truth, double halfExtent, double middle)
            where TNumber : unmanaged, IBinaryFloatingPointIeee754<TNumber>
        {
            var distance = double.CreateChecked(TensorPrimitives.Distance(made, truth));
            var (sum, square) = (double.CreateChecked(TensorPrimitives.Sum(truth)), double.CreateChecked(TensorPrimitives.SumOfSquares(truth)));
            squares[field] += distance * distance;
            exact[field] += square;
            scaledErrors += distance * distance / (halfExtent * halfExtent);
            scaledExact += (square - 2 * middle * sum + truth.Length * middle * middle) / (halfExtent * halfExtent);
            counts[field] += truth.Length;
        }
    }
}
