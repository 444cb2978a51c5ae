using System.Numerics.Tensors;
using Sonde.Numerics;

namespace Sonde.Assimilation.Filters;

/// <summary>
/// Random orthogonal matrices: of all, and of those that keep the mean of an ensemble and its covariance.
/// Stewart, SIAM J. Numer. Anal. 17 (1980); Sakov, Oke, Monthly Weather Review 136 (2008), "mean-preserving".
/// </summary>
internal static class RandomRotation
{
    /// <summary>E ← x̄ + Q A with a random Q of <see cref="MeanPreserving"/>.</summary>
    public static void Apply(Batch<double> members, RandomSource random, Workers workers)
    {
        using var frame = Scratch.Enter();
        var q = frame.Rent(members.Rows, members.Rows);
        MeanPreserving(q, random);
        EnsembleTransform.Apply(members, q, workers);
    }

    /// <summary>Fills q, [N, N], with an orthogonal matrix for which Q 1 = 1: uniform among them.</summary>
    public static void MeanPreserving(Batch<double> q, RandomSource random)
    {
        var n = q.Rows;
        using var frame = Scratch.Enter();
        var inner = frame.Rent(n - 1, n - 1);
        Uniform(inner, random);
        q.Clear();
        q[0, 0] = 1;
        for (var i = 1; i < n; i++)
            inner[i - 1].CopyTo(q[i][1..]);
        // H = I − τ u uᵀ, u = 1 + √N e₁, takes 1 to −√N e₁; so H diag(1, Q′) H keeps 1.
        var u = frame.Rent(1, n)[0];
        var product = frame.RentCleared(1, n)[0];
        u.Fill(1);
        u[0] += Math.Sqrt(n);
        var tau = 1 / (n + Math.Sqrt(n));
        for (var i = 0; i < n; i++)
            TensorPrimitives.MultiplyAdd(u, -tau * TensorPrimitives.Dot<double>(q[i], u), q[i], q[i]);
        Reflect(q, u, tau, product);
    }

    /// <summary>
    /// Fills q, square, with an orthogonal matrix that is uniform among all: a random first column times a uniform matrix of
    /// one dimension less, and so on.
    /// </summary>
    public static void Uniform(Batch<double> q, RandomSource random)
    {
        var n = q.Rows;
        if (n == 0)
            return;
        using var frame = Scratch.Enter();
        var draws = frame.Rent(1, n * (n + 1) / 2)[0];
        var product = frame.Rent(1, n)[0];
        random.FillNormal(draws);
        q.Clear();
        q[n - 1, n - 1] = draws[0] < 0 ? -1 : 1;
        for (var k = 2; k <= n; k++)
        {
            var x = draws.Slice(k * (k - 1) / 2, k);
            var first = n - k;
            q[first, first] = 1;
            TensorPrimitives.Multiply(x, 1 / TensorPrimitives.Norm<double>(x), x);
            // (I − τ u uᵀ) e₁ = ∓x for u = x ± e₁, with the sign that loses no digits.
            var sign = x[0] < 0 ? -1 : 1;
            var tau = 1 / (1 + Math.Abs(x[0]));
            x[0] += sign;
            product[first..].Clear();
            for (var i = 0; i < k; i++)
                TensorPrimitives.MultiplyAdd(q[first + i][first..], x[i], product[first..], product[first..]);
            for (var i = 0; i < k; i++)
            {
                var row = q[first + i][first..];
                TensorPrimitives.MultiplyAdd(product[first..], -tau * x[i], row, row);
                TensorPrimitives.Multiply(row, -sign, row);
            }
        }
    }

    private static void Reflect(Batch<double> q, ReadOnlySpan<double> u, double tau, Span<double> product)
    {
        product.Clear();
        for (var i = 0; i < q.Rows; i++)
            TensorPrimitives.MultiplyAdd(q[i], u[i], product, product);
        for (var i = 0; i < q.Rows; i++)
            TensorPrimitives.MultiplyAdd(product, -tau * u[i], q[i], q[i]);
    }
}
