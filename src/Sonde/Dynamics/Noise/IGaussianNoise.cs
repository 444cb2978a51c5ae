using Sonde.Numerics;

namespace Sonde.Dynamics.Noise;

/// <summary>Gaussian noise of mean 0 and known covariance Q that can be drawn. Holds no mutable state.</summary>
public interface IGaussianNoise
{
    /// <summary>The number of components.</summary>
    int Width { get; }

    /// <summary>The square roots of Q's diagonal, [Width]; a new array.</summary>
    double[] StandardDeviations();

    /// <summary>x += factor · Q^½ ξ with ξ standard normal.</summary>
    /// <param name="x">One row, [Width].</param>
    /// <param name="factor">√dt for noise in time.</param>
    /// <param name="random">Where ξ is drawn.</param>
    void AddDraw(Span<double> x, double factor, RandomSource random);

    /// <summary>covariance += factor · Q, [Width, Width].</summary>
    void AddCovariance(double factor, Batch<double> covariance);

    /// <summary>block ← the elements of Q in these rows and columns, without the rest of it.</summary>
    /// <param name="rows">Components.</param>
    /// <param name="columns">Components.</param>
    /// <param name="block">[rows, columns].</param>
    void Covariance(ReadOnlySpan<int> rows, ReadOnlySpan<int> columns, Batch<double> block);
}
