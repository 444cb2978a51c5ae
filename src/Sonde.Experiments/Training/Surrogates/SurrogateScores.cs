using System.Numerics;
using System.Numerics.Tensors;
using Sonde.Calculus;
using Sonde.Dynamics;
using Sonde.Networks;
using Sonde.Numerics;
using Sonde.Surrogates;

namespace Sonde.Experiments.Training;

/// <summary>How well a surrogate makes trajectories from parameters alone, over all their times.</summary>
internal sealed class SurrogateScores<T>(NormalizedTrajectories<T> data, LatentDynamics<T> dynamics, IDecoder<T> decoder, Matrix<T>? coefficients)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int MostPoints = 2048;                // at which a network of the coordinate is compared
    private readonly int[] components = Chosen(data.Frame, decoder is ModalDecoder<T> ? int.MaxValue : MostPoints);

    /// <summary>
    /// For each field root mean square error in its unit, relative to its departures from the mean, and its deviation. For all fields together the
    /// square root of the sum of squared errors over the sum of squares: relative to fields without their mean in units of their deviation, and to
    /// fields scaled from −1 to 1, as published.
    /// </summary>
    public Dictionary<string, IReadOnlyDictionary<string, double>> Of(Matrix<T> weights, int[] learned, int[] heldOut)
    {
        var (own, ownExact) = Sums(weights, learned);
        var (judged, exact) = heldOut.Length > 0 ? Sums(weights, heldOut) : (null, ownExact);
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

    /// <summary>Errors of the surrogate, and with modes those of exact coefficients.</summary>
    private (ErrorSums Surrogate, ErrorSums Exact) Sums(Matrix<T> weights, int[] trajectories)
    {
        var (sums, exact, count) = (new ErrorSums(data.Frame.Fields), new ErrorSums(data.Frame.Fields), dynamics.Network.WeightCount);
        var (ofDynamics, ofDecoder) = (Part(weights, 0, count), Part(weights, count, decoder.Network.WeightCount));
        var (grid, modal) = (data.Frame.Grid.Count, decoder as ModalDecoder<T>);
        var places = Array.ConvertAll(components, component => new FieldPlace(component / grid, data.Frame.Grid[component % grid]));
        var read = modal is null ? decoder.ReadAt(data.Frame, ofDecoder, places) : null;
        var (fields, states) = (new Matrix<T>(data.Times, components.Length), new Matrix<T>(data.Times, dynamics.LatentWidth));
        var truth = new Matrix<T>(data.Times, data.Frame.Domain.FieldWidth);
        var tape = new Tape<T>();
        foreach (var i in trajectories)
        {
            data.Read(i, truth);
            tape.Reset();
            dynamics.Rollout(tape.Constant(data.Parameters.All.Slice(i, 1)), tape.Constant(ofDynamics), data.Times).Value.CopyTo(states);
            if (modal is null)
                read!.Evaluate(states, fields);
            else
            {
                Compose(modal, coefficients!.All.Slice(i * data.Times, data.Times), fields);
                Add(exact, fields, truth);
                Compose(modal, modal.Network.Apply(tape.Constant(states), tape.Constant(ofDecoder), Pass.Deterministic).Value, fields);
            }
            Add(sums, fields, truth);
        }
        return (sums, exact);
    }

    private void Add(ErrorSums sums, Matrix<T> fields, Matrix<T> truths)
    {
        using var frame = Scratch.Enter();
        var truth = frame.Rent<T>(data.Frame.Fields, components.Length / data.Frame.Fields);
        for (var k = 0; k < data.Times; k++)
        {
            for (var c = 0; c < components.Length; c++)
                truth.Values[c] = truths[k, components[c]];
            for (var f = 0; f < data.Frame.Fields; f++)
                sums.Add<T>(f, fields[k].Slice(f * truth.Width, truth.Width), truth[f], data.HalfExtent[f], data.MiddleOfExtent[f]);
        }
    }

    private static void Compose(ModalDecoder<T> modal, ReadOnlyBatch<T> coefficients, Matrix<T> fields)
    {
        using var frame = Scratch.Enter();
        var scaled = frame.Rent<T>(coefficients.Rows, coefficients.Width);
        for (var row = 0; row < scaled.Rows; row++)
        {
            TensorPrimitives.Multiply(coefficients[row], modal.Modes.Deviation.Values, scaled[row]);
            modal.Modes.Mean.Values.CopyTo(fields[row]);
        }
        Dense.Multiply(T.One, scaled, modal.Modes.Modes, T.One, fields);
    }

    private static Matrix<T> Part(Matrix<T> weights, int first, int count) => new(new ReadOnlyBatch<T>(weights.Values.Slice(first, count)));

    /// <summary>All components of the fields, or those of some points, spread evenly over the list of points.</summary>
    private static int[] Chosen(FieldFrame frame, int most)
    {
        var (grid, count) = (frame.Grid.Count, Math.Min(most, frame.Grid.Count));
        return [.. from f in Enumerable.Range(0, frame.Fields) from p in Enumerable.Range(0, count) select f * grid + (int)((long)p * grid / count)];
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
