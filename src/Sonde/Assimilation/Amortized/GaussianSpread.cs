using System.Numerics.Tensors;
using Sonde.Calculus;
using Sonde.Calculus.Operations;
using Sonde.Numerics;

namespace Sonde.Assimilation.Amortized;

/// <summary>
/// A Gaussian of covariance D + U Uᵀ: variances are softplus of a number for each component, never below a least one, and directions are small multiples of
/// others. The forms of the program released with Frion and Greenberg, "Uncertainty-aware data assimilation through variational inference", arXiv
/// 2510.17268, 2025, and directions that reach over neighbors alone.
/// </summary>
internal sealed class GaussianSpread : ISpread
{
    private const float LeastVariance = 1e-6f;
    private const double PublishedScale = 1.0 / 160, Scale = 0.1;      // of directions, in units of a component
    private const double StandardizedStart = -3;                       // softplus of it, 0.05, is a variance to begin with
    private readonly Matrix<float> variances, directions;              // units of a variance and of the numbers of directions
    private readonly float start;
    private readonly int bands, count;
    private readonly bool isNeighborhood;
    private readonly Gather<float>? laidOut;

    /// <summary>Lays the numbers out.</summary>
    /// <param name="form">Which.</param>
    /// <param name="rank">Directions, or how many neighbors each reaches over.</param>
    /// <param name="input">Of the network: components are in units of their standard deviation where it is standardized.</param>
    /// <param name="deviation">Standard deviations of the components.</param>
    public GaussianSpread(AmortizedCovariance form, int rank, EncoderInput input, ReadOnlySpan<double> deviation)
    {
        count = deviation.Length;
        (isNeighborhood, bands) = (form == AmortizedCovariance.Neighborhood, form == AmortizedCovariance.Diagonal ? 0 : rank);
        if (isNeighborhood && rank > count)
            throw new ArgumentException($"A neighborhood of {rank} is larger than the {count} components.", nameof(rank));
        var isRaw = input == EncoderInput.Raw;
        start = isRaw ? 0 : (float)StandardizedStart;
        (variances, directions) = (new Matrix<float>(1, count), new Matrix<float>(1, bands * count));
        for (var i = 0; i < count; i++)
        {
            variances.Values[i] = isRaw ? 1 : (float)(deviation[i] * deviation[i]);
            for (var band = 0; band < bands; band++)
                directions.Values[band * count + i] = (float)(isRaw ? PublishedScale : Scale * deviation[i]);
        }
        if (isNeighborhood)
            laidOut = new([.. Enumerable.Range(0, count * count).Select(k => Band(k / count, k % count) is var band && band < bands ? band * count + k % count : bands * count)]);
    }

    /// <inheritdoc/>
    public int Numbers => 1 + bands;

    /// <inheritdoc/>
    public Variable<float> Sample(StateEstimate estimate, RandomSource random)
    {
        var (rows, tape) = (estimate.Mean.Rows, estimate.Mean.Tape);
        using var frame = Scratch.Enter();
        var own = frame.Rent<float>(rows, count);
        random.Fork("components").FillNormal(own.Values);
        var sample = estimate.Mean + Variances(estimate).Apply(Activation.SquareRoot) * tape.Constant(own);
        if (bands == 0)
            return sample;
        var common = frame.Rent<float>(rows, isNeighborhood ? count : bands);
        var factors = frame.Rent<float>(rows, bands * count);
        random.Fork("directions").FillNormal(common.Values);
        for (var row = 0; row < rows; row++)
            for (var band = 0; band < bands; band++)
                for (var i = 0; i < count; i++)
                    factors[row, band * count + i] = common[row, isNeighborhood ? (i + band) % count : band];
        var products = Directions(estimate) * tape.Constant(factors);
        for (var band = 0; band < bands; band++)
            sample += tape.Apply(Gather<float>.Range(band * count, count), products);
        return sample;
    }

    /// <inheritdoc/>
    public Variable<float> Cost(StateEstimate estimate, Variable<float> states)
    {
        var (tape, departure, variance) = (states.Tape, states - estimate.Mean, Variances(estimate));
        var share = 1f / states.Size.Count;
        var total = bands == 0
            ? 0.5f * (variance.Apply(Activation.Logarithm).Sum() + (departure * departure / variance).Sum())
            : tape.Apply(LowRankDensity<float>.Instance, variance, LaidOut(Directions(estimate)), departure).Sum();
        return share * total + (float)(0.5 * Math.Log(2 * Math.PI));
    }

    /// <inheritdoc/>
    public Matrix<double>? Read(ReadOnlySpan<float> numbers, Span<double> variance)
    {
        using var lent = TapeLoan<float>.Take();
        var row = lent.Tape.Constant(new ReadOnlyBatch<float>(numbers));
        var estimate = new StateEstimate(row, row);
        TensorPrimitives.ConvertTruncating<float, double>(Variances(estimate).Value.Values, variance);
        if (bands == 0)
            return null;
        var laid = LaidOut(Directions(estimate)).Value.Values;
        var result = new Matrix<double>(laid.Length / count, count);
        TensorPrimitives.ConvertTruncating<float, double>(laid, result.Values);
        return result;
    }

    /// <summary>How far after component i the source of direction j lies on the ring.</summary>
    private int Band(int j, int i) => (j - i + count) % count;

    private Variable<float> Variances(StateEstimate estimate)
    {
        var tape = estimate.Numbers.Tape;
        var variance = (tape.Apply(Gather<float>.Range(0, count), estimate.Numbers) + start).Apply(Activation.Softplus) * tape.Constant(variances);
        return (variance - LeastVariance).Apply(Activation.Relu) + LeastVariance;
    }

    private Variable<float> Directions(StateEstimate estimate) =>
        estimate.Numbers.Tape.Apply(Gather<float>.Range(count, bands * count), estimate.Numbers) * estimate.Numbers.Tape.Constant(directions);

    /// <summary>Directions one after the other, each over all components.</summary>
    private Variable<float> LaidOut(Variable<float> numbers)
    {
        if (laidOut is null)
            return numbers;
        using var frame = Scratch.Enter();
        return numbers.Tape.Apply(laidOut, numbers.Beside(numbers.Tape.Constant(frame.RentCleared<float>(numbers.Rows, 1))));
    }
}
