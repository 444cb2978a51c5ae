using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Assimilation.Filters;

/// <summary>
/// The eigenvalues s² of Y Yᵀ and what is needed to apply functions of it to an ensemble, found from Y Yᵀ or from YᵀY,
/// whichever is smaller. Serves the symmetric square root and the filters that first look for an inflation λ of Y.
/// </summary>
internal readonly ref struct EnsembleSpectrum
{
    private readonly int size;                  // N
    private readonly Span<double> squares;      // s², [rank]
    private readonly Batch<double> directions;  // V: row i is the eigenvector of Y Yᵀ, times s where rank < N, [rank, N]
    private readonly Span<double> projections;  // V Y d, or where rank < N: U d, [rank]
    private readonly bool scaled;               // rank < N

    /// <summary>Decomposes.</summary>
    /// <param name="y">Y, [N, m], in units of the observation errors.</param>
    /// <param name="departure">d, [m], likewise.</param>
    /// <param name="frame">Where results live.</param>
    public EnsembleSpectrum(Batch<double> y, ReadOnlySpan<double> departure, ScratchFrame frame)
    {
        size = y.Rows;
        scaled = y.Width < y.Rows;
        var rank = Math.Min(y.Rows, y.Width);
        squares = frame.Rent(1, rank)[0];
        projections = frame.Rent(1, rank)[0];
        directions = frame.Rent(rank, size);
        using var inner = Scratch.Enter();
        var gram = inner.Rent(rank, rank);
        if (scaled)
        {
            var transposed = inner.Rent(rank, size);
            var vectors = inner.Rent(rank, rank);
            Dense.Transpose(y, transposed);
            Dense.Gram(transposed, gram);
            IsSound = SymmetricEigen.Decompose(gram, squares, vectors);
            Dense.Multiply<double>(vectors, transposed, directions);
            Dense.Multiply(vectors, departure, projections);
        }
        else
        {
            var product = inner.Rent(1, size)[0];
            Dense.Gram(y, gram);
            IsSound = SymmetricEigen.Decompose(gram, squares, directions);
            Dense.Multiply(y, departure, product);
            Dense.Multiply(directions, product, projections);
        }
        TensorPrimitives.Max(squares, 0.0, squares);                    // rounding may leave −1e-16 for 0
    }

    /// <summary>Takes a decomposition of Y Yᵀ over.</summary>
    /// <param name="squares">Eigenvalues s², [N].</param>
    /// <param name="directions">A row is an eigenvector, [N, N].</param>
    /// <param name="product">Y d, [N].</param>
    /// <param name="frame">Where results live.</param>
    public EnsembleSpectrum(Span<double> squares, Batch<double> directions, ReadOnlySpan<double> product, ScratchFrame frame)
    {
        size = directions.Rows;
        this.squares = squares;
        this.directions = directions;
        IsSound = true;
        projections = frame.Rent(1, size)[0];
        Dense.Multiply(directions, product, projections);
        TensorPrimitives.Max(squares, 0.0, squares);
    }

    /// <summary>False where Y was not finite.</summary>
    public bool IsSound { get; }

    /// <summary>λ that the innovation asks for, see <see cref="FiniteSize"/>.</summary>
    public double FiniteSizeInflation(double certainty)
    {
        using var frame = Scratch.Enter();
        var squared = frame.Rent(1, squares.Length)[0];                 // (vᵀ Y d)²
        TensorPrimitives.Multiply(projections, projections, squared);
        if (scaled)
            TensorPrimitives.Multiply(squared, squares, squared);
        return FiniteSize.Inflation(squares, squared, size, certainty);
    }

    /// <summary>tr(HK) = Σ λ²s² / (λ²s² + N − 1).</summary>
    public double DegreesOfFreedom(double inflation)
    {
        var sum = 0.0;
        foreach (var square in squares)
            sum += inflation * inflation * square / (inflation * inflation * square + size - 1);
        return sum;
    }

    /// <summary>E ← x̄ + (λ W + 1 w̄ᵀ) A with W and w̄ of anomalies that were inflated by λ.</summary>
    public void Apply(Batch<double> members, double inflation, Workers workers)
    {
        if (2 * squares.Length < size)
            ApplyLowRank(members, inflation, workers);
        else
            ApplyFull(members, inflation, workers);
    }

    /// <summary>The same for the values of all members in one component, [N].</summary>
    public void Apply(Span<double> component, double inflation)
    {
        using var frame = Scratch.Enter();
        var result = frame.RentCleared(1, size)[0];
        var mean = TensorPrimitives.Sum<double>(component) / size;
        var increment = 0.0;
        TensorPrimitives.Subtract(component, mean, component);
        for (var i = 0; i < squares.Length; i++)
        {
            var (precision, root) = Factors(i, inflation * inflation);
            var projection = TensorPrimitives.Dot<double>(directions[i], component);
            increment += inflation * inflation * projections[i] / precision * projection;
            TensorPrimitives.MultiplyAdd(directions[i], Spread(precision, root, inflation) * projection, result, result);
        }
        if (scaled)
            TensorPrimitives.MultiplyAdd(component, inflation, result, result);
        TensorPrimitives.Add(result, mean + increment, component);
    }

    private void ApplyFull(Batch<double> members, double inflation, Workers workers)
    {
        var (rank, variance) = (squares.Length, inflation * inflation);
        using var frame = Scratch.Enter();
        var left = frame.Rent(rank, size);
        var weights = frame.RentCleared(1, size)[0];
        for (var i = 0; i < rank; i++)
        {
            var (precision, root) = Factors(i, variance);
            TensorPrimitives.Multiply(directions[i], Spread(precision, root, inflation), left[i]);
            TensorPrimitives.MultiplyAdd(directions[i], variance * projections[i] / precision, weights, weights);
        }
        var transform = frame.Rent(size, size);
        Dense.MultiplyTransposedLeft<double>(1, left, directions, 0, transform);
        for (var n = 0; n < size; n++)
        {
            TensorPrimitives.Add(transform[n], weights, transform[n]);
            transform[n, n] += scaled ? inflation : 0;
        }
        EnsembleTransform.Apply(members, transform, workers);
    }

    private void ApplyLowRank(Batch<double> members, double inflation, Workers workers)
    {
        using var frame = Scratch.Enter();
        var left = frame.Rent(size, squares.Length);
        for (var i = 0; i < squares.Length; i++)
        {
            var (precision, root) = Factors(i, inflation * inflation);
            var shrink = -inflation * inflation / (precision * (1 + root));
            for (var n = 0; n < size; n++)
                left[n, i] = shrink * directions[i, n] + inflation * projections[i] / precision;
        }
        if (inflation != 1)
            EnsembleTransform.Scale(members, inflation, workers);
        EnsembleTransform.AddLowRank(members, left, directions, workers);
    }

    /// <summary>λ²s² + N − 1 and the eigenvalue of W.</summary>
    private (double Precision, double Root) Factors(int i, double variance)
    {
        var precision = variance * squares[i] + size - 1;
        return (precision, Math.Sqrt((size - 1) / precision));
    }

    /// <summary>
    /// The factor of v vᵀ in λW; with rank &lt; N that of s²v vᵀ in λ(W − I), (root − 1)/s² = −λ² / (precision (1 + root)).
    /// </summary>
    private double Spread(double precision, double root, double inflation) =>
        inflation * (scaled ? -inflation * inflation / (precision * (1 + root)) : root);
}
