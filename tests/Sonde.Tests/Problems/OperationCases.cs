using System.Numerics;
using Sonde.Assimilation.Amortized;
using Sonde.Assimilation.Variational;
using Sonde.Calculus;
using Sonde.Calculus.Operations;
using Sonde.Dynamics;
using Sonde.Dynamics.Fields;
using Sonde.Dynamics.Noise;
using Sonde.Dynamics.Systems;
using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Observing.Errors;
using Sonde.Observing.Operators;
using Sonde.Surrogates;

namespace Sonde.Tests.Problems;

/// <summary>An operation and operands that it accepts.</summary>
/// <param name="Operation">What is tested.</param>
/// <param name="Operands">Sizes of its operands.</param>
/// <param name="Positive">Whether the operands must be above 0.</param>
/// <param name="Prepare">Turns random operands into admissible ones.</param>
internal sealed record OperationCase<T>(IOperation<T> Operation, Size[] Operands, bool Positive = false, Action<Matrix<T>[]>? Prepare = null)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;

/// <summary>Every operation of the library, by name. One that is missing here fails the tests.</summary>
internal static class OperationCases<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static Dictionary<string, OperationCase<T>> All { get; } = Make();

    private static Dictionary<string, OperationCase<T>> Make()
    {
        var all = new Dictionary<string, OperationCase<T>>
        {
            ["sum"] = new(Sum<T>.Instance, [new(3, 5), new(3, 5)]),
            ["sum, a row for all"] = new(Sum<T>.Instance, [new(3, 5), new(1, 5)]),
            ["sum, a column for all"] = new(Sum<T>.Instance, [new(3, 1), new(3, 5)]),
            ["product"] = new(Product<T>.Instance, [new(4, 17), new(4, 17)]),
            ["product, a number for all"] = new(Product<T>.Instance, [new(1, 1), new(4, 7)]),
            ["product, a row and a column"] = new(Product<T>.Instance, [new(1, 7), new(4, 1)]),
            ["product, a column for all"] = new(Product<T>.Instance, [new(4, 7), new(4, 1)]),
            ["product with one column"] = new(Product<T>.Instance, [new(4, 1), new(1, 1)]),
            ["product and sum"] = new(ProductSum<T>.Instance, [new(4, 7), new(4, 7), new(4, 7)]),
            ["product and sum, a factor for all"] = new(ProductSum<T>.Instance, [new(1, 1), new(4, 7), new(4, 7)]),
            ["product and sum, rows and columns"] = new(ProductSum<T>.Instance, [new(4, 1), new(1, 7), new(1, 1)]),
            ["matrix product"] = new(MatrixProduct<T>.Instance, [new(4, 7), new(7, 3)]),
            ["transposition"] = new(Transposition<T>.Instance, [new(4, 7)]),
            ["gather"] = new(new Gather<T>([3, 0, 3, 5]), [new(3, 6)]),
            ["gather of a range"] = new(Gather<T>.Range(2, 3), [new(3, 6)]),
            ["concatenation"] = new(Concatenation<T>.Instance, [new(3, 2), new(3, 4), new(3, 1)]),
            ["fixed affine"] = new(new FixedAffine<T>(Wave(4, 5), Wave(1, 5)), [new(3, 4)]),
            ["expansion along axes"] = new(new AxisExpansion<T>(Wave(4, 5), Wave(6, 7), 2, Wave(1, 70)), [new(3, 12)]),
            ["stacking"] = new(Stacking<T>.Instance, [new(3, 2), new(1, 2), new(2, 2)]),
            ["rows in turn"] = new(new RepeatRows<T>(3, true), [new(2, 4)]),
            ["rows as a whole"] = new(new RepeatRows<T>(3, false), [new(2, 4)]),
            ["total"] = new(Total<T>.Instance, [new(3, 6)]),
            ["row sums"] = new(RowSums<T>.Instance, [new(3, 6)]),
            ["sum of squares"] = new(SumOfSquares<T>.Instance, [new(3, 6)]),
            ["log of a sum of exponentials"] = new(LogSumExp<T>.Instance, [new(3, 6)]),
            ["banded solve"] = new(new BandedSolve<T>(2), [new(3, 7 * 3), new(3, 7)], Prepare: operands => Dominant(operands[0], 3)),
            ["banded solve, one matrix for all"] = new(new BandedSolve<T>(3), [new(1, 6 * 4), new(4, 6)], Prepare: operands => Dominant(operands[0], 4)),
            ["banded solve, wider than the matrix"] = new(new BandedSolve<T>(6), [new(2, 3 * 7), new(2, 3)], Prepare: operands => Dominant(operands[0], 7)),
            ["banded solve, one number"] = new(new BandedSolve<T>(0), [new(2, 1), new(2, 1)], true),
            ["banded analysis"] = new(
                new BandedAnalysis<T>(2), [new(3, 7), new(3, 7 * 3), new(3, 7 * 3), new(3, 7)], Prepare: operands => { Dominant(operands[1], 3); Dominant(operands[2], 3); }),
            ["banded analysis, one precision for all"] = new(
                new BandedAnalysis<T>(3), [new(2, 6), new(1, 6 * 4), new(2, 6 * 4), new(2, 6)], Prepare: operands => { Dominant(operands[1], 4); Dominant(operands[2], 4); }),
            ["banded analysis with a floor"] = new(
                new BandedAnalysis<T>(2, 0.5), [new(3, 7), new(3, 7 * 3), new(3, 7 * 3), new(3, 7)], Prepare: operands => { Dominant(operands[1], 3); Dominant(operands[2], 3); }),
            ["covariance analysis"] = new(
                new CovarianceAnalysis<T>(2), [new(3, 7), new(3, 7 * 3), new(3, 7 * 3), new(3, 7)], Prepare: operands => Dominant(operands[2], 3)),
            ["covariance analysis, one covariance for all"] = new(
                new CovarianceAnalysis<T>(3), [new(2, 6), new(1, 6 * 4), new(2, 6 * 4), new(2, 6)], Prepare: operands => Diagonal(operands[2], 4)),
            ["low-rank analysis"] = new(
                new LowRankAnalysis<T>(2, 1), [new(3, 7), new(3, 7 * 2), new(3, 7 * 2), new(3, 7)], Prepare: operands => Dominant(operands[2], 2)),
            ["low-rank analysis, one precision for all"] = new(
                new LowRankAnalysis<T>(3, 0), [new(2, 6), new(1, 6 * 3), new(2, 6), new(2, 6)], Prepare: operands => Diagonal(operands[2], 1)),
            ["banded log density"] = new(
                new BandedLogDensity<T>(2), [new(3, 7 * 3), new(3, 7 * 3), new(3, 7)], Prepare: operands => { Dominant(operands[0], 3); Dominant(operands[1], 3); }),
            ["banded log density, one factor for all"] = new(
                new BandedLogDensity<T>(3), [new(1, 6 * 4), new(2, 6 * 4), new(2, 6)], Prepare: operands => { Dominant(operands[0], 4); Dominant(operands[1], 4); }),
            ["banded log density with a floor"] = new(
                new BandedLogDensity<T>(2, 0.5), [new(3, 7 * 3), new(3, 7 * 3), new(3, 7)], Prepare: operands => { Dominant(operands[0], 3); Dominant(operands[1], 3); }),
            ["banded log determinant"] = new(new BandedLogDeterminant<T>(2), [new(3, 8 * 3)], Prepare: operands => Dominant(operands[0], 3)),
            ["banded log determinant, diagonal"] = new(new BandedLogDeterminant<T>(0), [new(2, 5)], true),
            ["banded gram"] = new(new BandedGram<T>(3), [new(2, 7 * 4)]),
            ["banded lower product"] = new(new BandedLowerProduct<T>(2, false), [new(3, 6 * 3), new(3, 6)]),
            ["banded lower product, transposed"] = new(new BandedLowerProduct<T>(2, true), [new(1, 6 * 3), new(3, 6)]),
            ["banded lower solve"] = new(new BandedLowerSolve<T>(2, false), [new(3, 6 * 3), new(3, 6)], Prepare: operands => Dominant(operands[0], 3)),
            ["banded lower solve, transposed"] = new(new BandedLowerSolve<T>(2, true), [new(1, 6 * 3), new(3, 6)], Prepare: operands => Dominant(operands[0], 3)),
            ["block maxima"] = new(new BlockMaxima<T>(new(2, 5, 4), new(2)), [new(2, 40)]),
            ["block maxima of all lines"] = new(new BlockMaxima<T>(new(2, 5, 4), new(5, 1)), [new(2, 40)]),
            ["block maxima, pixels left out"] = new(new BlockMaxima<T>(new(2, 5, 20), new(2, 3)), [new(2, 200)]),
            ["convolution of a sequence"] = new(new Convolution<T>(new(new(2, 1, 7), new(1, 3), padding: new(0, 1))), [new(2, 14), new(3, 6), new(1, 3)]),
            ["convolution, circular"] = new(new Convolution<T>(new(new(2, 4, 5), new(3), padding: new(1), border: Border.Circular)), [new(2, 40), new(3, 18), new(1, 3)]),
            ["convolution, a kernel wider than the image"] = new(
                new Convolution<T>(new(new(2, 3, 2), new(5, 7), padding: new(2, 3), border: Border.Circular)), [new(2, 12), new(2, 70), new(1, 2)]),
            ["convolution in several blocks"] = new(new Convolution<T>(new(new(2, 40, 40), new(9), padding: new(4))), [new(2, 3200), new(2, 162), new(1, 2)]),
            ["transposed convolution in several blocks"] = new(
                new Convolution<T>(new(new(2, 40, 40), new(9), padding: new(4), border: Border.Circular), true), [new(2, 3200), new(2, 162), new(1, 2)]),
            ["convolution of many channels"] = new(new Convolution<T>(Patches.Centered(new(16, 5, 6), 3)), [new(2, 480), new(32, 144), new(1, 32)]),
            ["convolution of many channels, circular"] = new(
                new Convolution<T>(Patches.Centered(new(32, 4, 7), 3, border: Border.Circular)), [new(2, 896), new(16, 288), new(1, 16)]),
            ["convolution of many channels, a smaller image written"] = new(new Convolution<T>(new(new(16, 5, 4), new(3))), [new(2, 320), new(16, 144)]),
            ["convolution of many channels, legs apart"] = new(
                new Convolution<T>(new(new(16, 9, 6), new(3), padding: new(2, 1), border: Border.Cylinder, dilation: new(2, 1))), [new(2, 864), new(16, 144), new(1, 16)]),
            ["convolution of many channels, legs apart, circular"] = new(
                new Convolution<T>(Patches.Centered(new(16, 7, 8), 3, border: Border.Circular, dilation: 3)), [new(2, 896), new(16, 144), new(1, 16)]),
            ["convolution of many channels in several blocks"] = new(
                new Convolution<T>(Patches.Centered(new(64, 21, 22), 3)), [new(1, 29568), new(64, 576), new(1, 64)]),
            ["transposed convolution of many channels"] = new(
                new Convolution<T>(new(new(16, 7, 6), new(3)), true), [new(3, 640), new(32, 144), new(1, 16)]),
            ["convolution, dilation"] = new(
                new Convolution<T>(new(new(2, 7, 6), new(3, 2), padding: new(2, 1), dilation: new(2, 3))), [new(2, 84), new(3, 12), new(1, 3)]),
            ["convolution on a cylinder"] = new(
                new Convolution<T>(new(new(2, 4, 5), new(3), padding: new(1), border: Border.Cylinder)), [new(2, 40), new(3, 18), new(1, 3)]),
            ["convolution of many channels on a cylinder"] = new(
                new Convolution<T>(Patches.Centered(new(32, 4, 7), 3, border: Border.Cylinder)), [new(2, 896), new(16, 288), new(1, 16)]),
            ["convolution on a cylinder, strides"] = new(
                new Convolution<T>(new(new(2, 6, 5), new(3, 4), new(3, 2), new(2, 3), Border.Cylinder)), [new(2, 60), new(3, 24), new(1, 3)]),
            ["convolution, circular, dilation"] = new(
                new Convolution<T>(Patches.Centered(new(2, 5, 6), 3, border: Border.Circular, dilation: 2)), [new(2, 60), new(2, 18), new(1, 2)]),
            ["convolution, dilation and strides"] = new(
                new Convolution<T>(new(new(2, 7, 6), new(3, 2), new(2), new(2, 1), dilation: new(2, 3))), [new(2, 84), new(3, 12), new(1, 3)]),
            ["convolution, circular, a larger image written"] = new(
                new Convolution<T>(new(new(2, 4, 5), new(3), padding: new(2), border: Border.Circular)), [new(2, 40), new(3, 18), new(1, 3)]),
            ["convolution, more padding than kernel"] = new(
                new Convolution<T>(new(new(1, 3, 4), new(2), padding: new(2, 3))), [new(2, 12), new(2, 4)]),
            ["convolution of many sequences"] = new(new Convolution<T>(Patches.Centered(new(3, 1, 40), 3, border: Border.Circular)), [new(5, 120), new(20, 9)]),
            ["transposed convolution, pixel by pixel"] = new(
                new Convolution<T>(new(new(2, 5, 6), new(3), padding: new(1)), true), [new(2, 90), new(3, 18), new(1, 2)]),
            ["transposed convolution, dilation"] = new(
                new Convolution<T>(new(new(2, 7, 8), new(2, 3), new(2), dilation: new(2, 3)), true), [new(2, 9), new(3, 12), new(1, 2)]),
            ["convolution, no bias"] = new(new Convolution<T>(new(new(2, 4, 5), new(2, 3))), [new(3, 40), new(2, 12)]),
            ["convolution, strides"] = new(new Convolution<T>(new(new(2, 6, 5), new(3, 4), new(2, 3), new(1, 2))), [new(2, 60), new(3, 24), new(1, 3)]),
            ["convolution, circular, strides"] = new(
                new Convolution<T>(new(new(2, 6, 5), new(3, 4), new(3, 2), new(2, 3), Border.Circular)), [new(2, 60), new(3, 24), new(1, 3)]),
            ["normalization of rows"] = new(new Normalization<T>(), [new(3, 12), new(1, 12), new(1, 12)]),
            ["normalization of groups"] = new(new Normalization<T>(2), [new(2, 24), new(1, 4), new(1, 4)]),
            ["normalization of a batch"] = new(new BatchNormalization<T>(), [new(3, 24), new(1, 4), new(1, 4)]),
            ["scale of channels"] = new(ChannelScale<T>.Instance, [new(3, 24), new(1, 4), new(1, 4)]),
            ["transposed convolution"] = new(new Convolution<T>(new(new(2, 6, 5), new(2, 3), new(2), new(0, 1)), true), [new(2, 27), new(3, 12), new(1, 2)]),
            ["transposed convolution, circular"] = new(
                new Convolution<T>(new(new(2, 4, 6), new(4), new(2), new(1), Border.Circular), true), [new(2, 18), new(3, 32), new(1, 2)]),
            ["transposed convolution, no bias"] = new(new Convolution<T>(new(new(1, 1, 9), new(1, 3), new(1, 2)), true), [new(2, 12), new(3, 3)]),
            ["block means"] = new(new BlockMeans<T>(new(2, 4, 6), new(2, 3)), [new(3, 48)]),
            ["block copies"] = new(new BlockCopies<T>(new(2, 2, 3), new(3, 2)), [new(3, 12)]),
            ["low-rank density"] = new(LowRankDensity<T>.Instance, [new(3, 6), new(3, 12), new(3, 6)], Prepare: operands => Dominant(operands[0], 1)),
            ["density of as many directions as numbers"] = new(LowRankDensity<T>.Instance, [new(2, 4), new(2, 16), new(2, 4)], Prepare: operands => Dominant(operands[0], 1)),
            ["tendency"] = new(new Tendency<T>(new Lorenz63()), [new(2, 3)]),
            ["rollout"] = new(new Rollout<T>(new RungeKuttaSystem(new Lorenz63()), new(new(0, 0.01), [.. Enumerable.Range(0, 6).Select(k => new GridTime(2 * k))]), [1, 0], 3), [new(2, 3)]),
            ["misfit to observations"] = new(new SeriesMisfit<T>([Observed(2), Observed(0)], [1, 0], 2), [new(2, 6)]),
            ["rollout of a noisy system off the grid"] = new(new Rollout<T>(
                (IDifferentiableSystem)NoisySystem.Around(new RungeKuttaSystem(new Lorenz63()), new DiagonalNoise(3, 0.3)),
                new(new(0, 0.01), [.. Enumerable.Range(0, 6).Select(k => new GridTime(2 * k, 0.4))]), [1, 0], 2), [new(2, 3)]),
            ["memory cell"] = new(LstmCell<T>.Instance, [new(3, 20), new(3, 5)]),
            ["segment"] = new(new Segment<T>(5, x => (x[0] * x[1]).Apply(Activation.Tanh) + x[0]), [new(3, 5), new(1, 5)]),
        };
        foreach (var activation in Enum.GetValues<Activation>())
        {
            var positive = activation is Activation.Logarithm or Activation.SquareRoot or Activation.Reciprocal;
            all[$"{activation}"] = new(ActivationTable<T>.Of(activation), [new(3, 13)], positive);
            if (ActivationTable<T>.Layer(activation) is { } layer)
                foreach (var rows in new[] { 1, 6 })
                {
                    all[$"layer of {rows}, {activation}"] = new(layer, [new(rows, 9), new(11, 9), new(1, 11)], positive, positive ? Positive : null);
                    all[$"layer of {rows}, {activation}, no bias"] = new(layer, [new(rows, 9), new(11, 9)], positive, positive ? Positive : null);
                }
        }
        if (typeof(T) == typeof(double))
            foreach (var (name, one) in OfDouble())
                all[name] = (OperationCase<T>)(object)one;
        return all;
    }

    /// <summary>What exists in double alone: models and instruments.</summary>
    private static Dictionary<string, OperationCase<double>> OfDouble()
    {
        var covariance = new Matrix<double>(2, 2);
        (covariance[0, 0], covariance[0, 1], covariance[1, 0], covariance[1, 1]) = (2, 0.5, 0.5, 1);
        var squares = new InstrumentOperator(new IdentityOperator(3), Instruments.Square);
        return new()
        {
            ["model steps"] = new(new ModelSteps(new RungeKuttaSystem(new Lorenz63()), 0, 0.01, 3), [new(2, 3)]),
            ["model steps of a noisy system"] = new(new ModelSteps(
                (IDifferentiableSystem)NoisySystem.Around(new RungeKuttaSystem(new Lorenz63()), new DiagonalNoise(3, 0.3)), 0, 0.01, 3), [new(2, 3)]),
            ["prediction"] = new(new Prediction(squares), [new(2, 3)]),
            ["prediction in units of correlated errors"] = new(new Prediction(squares.Select([2, 0]), new CorrelatedError(covariance)), [new(2, 3)]),
            ["a root of independent noise"] = new(new NoiseRoot(new DiagonalNoise([0.5, 0, 2]), 1.5), [new(2, 3)]),
            ["a root of noise of low rank"] = new(new NoiseRoot(LowRankNoise.Ring(7, 2, 0.7), 1), [new(2, 4)]),
            ["a root of correlated noise"] = new(new NoiseRoot(
                new KernelNoise(new Line(9), [.. Enumerable.Range(0, 9).Select(i => new SpacePoint(i))], new SpatialCorrelation(2), 0.7, 4), 1), [new(2, 9)]),
        };
    }

    /// <summary>Squares of three components that are read at three times, but for one time.</summary>
    private static Observation[] Observed(int without) =>
    [
        .. Enumerable.Range(0, 3).Select(k => (k, components: k == without ? [] : new[] { 2, 0 })).Select(pair => new Observation
        {
            Index = pair.k, At = new(pair.k), Operator = new InstrumentOperator(new ComponentOperator(3, pair.components), Instruments.Square),
            Values = Array.ConvertAll(pair.components, i => 1.0 + i), Error = new DiagonalError(pair.components.Length, 0.7), Points = new SpacePoint?[pair.components.Length],
        }),
    ];

    private static Matrix<T> Wave(int rows, int width)
    {
        var wave = new Matrix<T>(rows, width);
        for (var i = 0; i < wave.Values.Length; i++)
            wave.Values[i] = T.Sin(T.CreateChecked(1 + i));
        return wave;
    }

    private static void Positive(Matrix<T>[] operands)
    {
        foreach (var operand in operands)
            foreach (ref var value in operand.Values)
                value = T.Abs(value);
    }

    /// <summary>Lower bands of diagonal matrices, none of whose numbers is below 0.</summary>
    private static void Diagonal(Matrix<T> bands, int columns)
    {
        for (var i = 0; i < bands.Values.Length; i++)
            bands.Values[i] = i % columns == columns - 1 ? T.Abs(bands.Values[i]) : T.Zero;
    }

    /// <summary>Lower bands whose diagonal, the last column, outweighs what is beside it.</summary>
    private static void Dominant(Matrix<T> bands, int columns)
    {
        for (var i = columns - 1; i < bands.Values.Length; i += columns)
            bands.Values[i] = T.CreateChecked(2 * columns) + T.Abs(bands.Values[i]);
    }
}
