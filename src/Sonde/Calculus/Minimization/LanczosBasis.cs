using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Calculus.Minimization;

/// <summary>
/// Vectors q of the Krylov space of A, orthonormal in the preconditioner P, their images z = P q, and the tridiagonal matrix T = Zᵀ A Z with
/// diagonal α and off-diagonal β. Each new vector is made orthogonal to all before, twice. Golub, Van Loan, "Matrix computations", 4th ed., §10.1.
/// </summary>
internal ref struct LanczosBasis
{
    private const double Breakdown = 1e-13;             // of a new vector, relative to A z: nothing of it is left but rounding
    private readonly ISymmetricMap a;
    private readonly ISymmetricMap? preconditioner;
    private readonly Batch<double> q, z;
    private readonly Span<double> projections;

    public LanczosBasis(ScratchFrame frame, int most, ISymmetricMap a, ISymmetricMap? preconditioner)
    {
        (this.a, this.preconditioner) = (a, preconditioner);
        q = frame.Rent(most + 1, a.Width);
        z = preconditioner is null ? q : frame.Rent(most + 1, a.Width);
        projections = frame.RentSpan<double>(most + 1);
        Alpha = frame.RentSpan<double>(most);
        Beta = frame.RentSpan<double>(most);
    }

    /// <summary>Columns of T.</summary>
    public int Count { get; private set; }

    public Span<double> Alpha { get; }

    /// <summary>Beta[j] couples columns j and j + 1 of T; 0 where the space was exhausted.</summary>
    public Span<double> Beta { get; }

    public readonly ReadOnlyBatch<double> Q => q.Slice(0, Count);

    public readonly ReadOnlyBatch<double> Z => z.Slice(0, Count);

    /// <summary>The next vector is the part of b that is orthogonal to those there are.</summary>
    /// <returns>√(rᵀ P r) of that part r; 0 where nothing is left, NaN where P is not positive definite.</returns>
    public readonly double Start(ReadOnlySpan<double> b)
    {
        b.CopyTo(q[Count]);
        LinearSystem.Precondition(preconditioner, b, z[Count]);
        var size = Math.Sqrt(TensorPrimitives.Dot<double>(q[Count], z[Count]));
        return Count == 0 ? Normalize(0) : OrthogonalNorm(size);
    }

    /// <summary>Adds a column of T, and the next vector unless the space is exhausted.</summary>
    public void Extend()
    {
        var next = q[Count + 1];
        a.Apply(z[Count], next);
        var size = TensorPrimitives.Norm<double>(next) * TensorPrimitives.Norm<double>(z[Count]);       // no less than |zᵀ A z|
        Alpha[Count] = TensorPrimitives.Dot<double>(z[Count], next);
        Count++;
        Beta[Count - 1] = OrthogonalNorm(size);
    }

    /// <summary>Makes the vector after the last orthogonal and normal.</summary>
    private readonly double OrthogonalNorm(double size)
    {
        var next = q[Count];
        var coefficients = projections[..Count];
        for (var pass = 0; pass < 2; pass++)
        {
            Dense.Multiply(Z, next, coefficients);
            Dense.MultiplyTransposed(-1, Q, coefficients, 1, next);
        }
        LinearSystem.Precondition(preconditioner, next, z[Count]);
        return Normalize(Breakdown * size);
    }

    private readonly double Normalize(double least)
    {
        var norm = Math.Sqrt(TensorPrimitives.Dot<double>(q[Count], z[Count]));
        if (norm <= least)
            return 0;
        TensorPrimitives.Divide<double>(q[Count], norm, q[Count]);
        if (preconditioner is not null)
            TensorPrimitives.Divide<double>(z[Count], norm, z[Count]);
        return norm;
    }
}
