using Sonde.Numerics;

namespace Sonde.Assimilation.Incremental;

/// <summary>
/// Trajectories as a Gaussian chain: a state given the q before it does not depend on earlier ones, so that the precision of a whole trajectory is a band of
/// half-width (q + 1) n − 1, and whatever observations make of it costs a time linear in T. Among all Gaussians with these covariances up to lag q it is
/// the least informed. With q = T − 1 it is the full covariance.
/// </summary>
internal sealed class TrajectoryChain : ITrajectoryMoments
{
    private const double LeastVariance = 1e-8;          // of a state given those before it, beside a variance of 1
    private readonly double[] mean;
    private readonly Matrix<double> precision, covariance;

    /// <summary>A chain.</summary>
    /// <param name="mean">μ, [d].</param>
    /// <param name="precision">The lower band of P⁻¹, [d, p + 1].</param>
    /// <exception cref="ArgumentException">It is not positive definite.</exception>
    public TrajectoryChain(double[] mean, Matrix<double> precision)
    {
        (this.mean, this.precision, covariance) = (mean, precision, new Matrix<double>(precision.Rows, precision.Width));
        var factor = precision.Copy();
        if (!BandedCholesky.Factor<double>(factor))
            throw new ArgumentException($"The precision of trajectories, a band of {precision.Rows} × {precision.Width}, is not positive definite.", nameof(precision));
        BandedCholesky.SelectedInverse<double>(factor, covariance);
    }

    /// <summary>The name under which P⁻¹ is saved.</summary>
    public const string Name = "trajectory precision";

    /// <inheritdoc/>
    public ReadOnlySpan<double> Mean => mean;

    /// <inheritdoc/>
    public (string Name, Matrix<double> Array) Saved => (Name, precision);

    /// <summary>The chain that fits samples.</summary>
    /// <param name="samples">[any, T n].</param>
    /// <param name="width">n.</param>
    /// <param name="order">q; T − 1 where that is less.</param>
    /// <param name="stationary">True where all times share mean and covariances.</param>
    public static TrajectoryChain Of(ReadOnlyBatch<double> samples, int width, int order, bool stationary)
    {
        var times = samples.Width / width;
        var lags = Math.Min(order, times - 1);
        var mean = new double[samples.Width];
        var anomalies = new Matrix<double>(samples);
        Moments.Center(anomalies, mean);
        if (stationary)
            Share(anomalies, mean, width);
        return new(mean, Precision(Covariances(anomalies, width, lags), width, lags, stationary));
    }

    /// <inheritdoc/>
    public double Variance(int number) => covariance[number, covariance.Width - 1];

    /// <inheritdoc/>
    public void Covariance(int time, Batch<double> states)
    {
        var n = states.Width;
        for (var i = 0; i < n; i++)
            for (var j = 0; j <= i; j++)
                states[i, j] = states[j, i] = covariance[time * n + i, covariance.Width - 1 - (i - j)];
    }

    /// <inheritdoc/>
    public bool Interpolate(TrajectoryEvidence evidence, Span<double> z, Span<double> variance, Batch<double> states)
    {
        using var frame = Scratch.Enter();
        var band = frame.RentCleared(precision.Rows, precision.Width);
        var inverse = frame.Rent(precision.Rows, precision.Width);
        var right = frame.RentCleared(1, mean.Length);
        if (!evidence.AddTo(band, right[0]))
            return false;
        Banded.AddProduct(-1, band, new ReadOnlyBatch<double>(mean), right);
        band += (ReadOnlyBatch<double>)precision;
        if (!BandedCholesky.Factor(band))
            return false;
        BandedCholesky.Solve(band, right);
        BandedCholesky.SelectedInverse(band, inverse);
        for (var i = 0; i < mean.Length; i++)
            (z[i], variance[i]) = (mean[i] + right[0, i], inverse[i, inverse.Width - 1]);
        if (states.Rows > 0)
            StateBlocks.Read(inverse, states);
        return Moments.AllFinite(z);
    }

    /// <summary>Gives all times the mean of their means.</summary>
    private static void Share(Matrix<double> anomalies, double[] mean, int width)
    {
        var times = mean.Length / width;
        var shared = new double[width];
        for (var i = 0; i < mean.Length; i++)
            shared[i % width] += mean[i] / times;
        for (var row = 0; row < anomalies.Rows; row++)
            for (var i = 0; i < mean.Length; i++)
                anomalies[row, i] += mean[i] - shared[i % width];
        for (var i = 0; i < mean.Length; i++)
            mean[i] = shared[i % width];
    }

    /// <summary>Covariances of each state with the q before it and itself, [T n, (q + 1) n], oldest first; zeros before the start.</summary>
    private static Matrix<double> Covariances(Matrix<double> anomalies, int width, int lags)
    {
        var (times, samples) = (anomalies.Width / width, anomalies.Rows);
        var result = new Matrix<double>(anomalies.Width, (lags + 1) * width);
        var rows = new Matrix<double>(anomalies.Width, samples);
        Dense.Transpose<double>(anomalies, rows);
        for (var t = 0; t < times; t++)
        {
            using var frame = Scratch.Enter();
            var first = Math.Max(0, t - lags);
            var block = frame.Rent(width, (t + 1 - first) * width);
            Dense.MultiplyTransposedRight(
                1.0 / Math.Max(1, samples - 1), rows.All.Slice(t * width, width), rows.All.Slice(first * width, block.Width), 0, block);
            for (var i = 0; i < width; i++)
                block[i].CopyTo(result[t * width + i][^block.Width..]);
        }
        return result;
    }

    /// <summary>The sum of what each state says given those before it: the last rows of the inverse Cholesky factor of their covariance, squared.</summary>
    private static Matrix<double> Precision(Matrix<double> covariances, int width, int lags, bool stationary)
    {
        var times = covariances.Rows / width;
        var result = new Matrix<double>(covariances.Rows, covariances.Width);
        var shared = new Matrix<double>(covariances.Width, covariances.Width);
        for (var t = lags; t < times && stationary; t++)
            AddJoint(1.0 / (times - lags), covariances, width, t, shared);
        for (var t = 0; t < times; t++)
        {
            using var frame = Scratch.Enter();
            var first = Math.Max(0, t - lags);
            var size = (t + 1 - first) * width;
            var joint = frame.RentCleared(size, size);
            if (stationary)
                for (var i = 0; i < size; i++)
                    shared[shared.Rows - size + i][^size..].CopyTo(joint[i]);
            else
                AddJoint(1, covariances, width, t, joint);
            var whiten = frame.RentCleared(width, size);
            for (var i = 0; i < size; i++)
                joint[i, i] += LeastVariance;
            for (var i = 0; i < width; i++)
                whiten[i, size - width + i] = 1;
            if (!Cholesky.Factor(joint))
                throw new ArgumentException($"The covariance of {size} neighboring numbers of trajectories is not positive definite; expected more trajectories.", nameof(covariances));
            Cholesky.SolveLowerTransposed(joint, whiten);
            var squared = frame.Rent(size, size);
            Dense.MultiplyTransposedLeft(1.0, whiten, whiten, 0, squared);
            for (var i = 0; i < size; i++)
                for (var j = 0; j <= i; j++)
                    result[first * width + i, result.Width - 1 - (i - j)] += squared[i, j];
        }
        return result;
    }

    /// <summary>joint += α times the covariance of the states up to a time, as many as there is room for.</summary>
    private static void AddJoint(double alpha, Matrix<double> covariances, int width, int time, Batch<double> joint)
    {
        var from = (time + 1) * width - joint.Rows;
        for (var i = 0; i < joint.Rows; i++)
        {
            var own = covariances[from + i];
            var zero = own.Length - ((from + i) / width + 1) * width + from;           // where the oldest of the states stands
            for (var j = 0; j <= i; j++)
            {
                joint[i, j] += alpha * own[zero + j];
                if (j < i)
                    joint[j, i] += alpha * own[zero + j];
            }
        }
    }
}
