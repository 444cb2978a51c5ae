using System.Numerics.Tensors;
using Sonde.Dynamics;
using Sonde.Numerics;

namespace Sonde.Assimilation.Baselines;

/// <summary>
/// Carries the mean and covariance of a Gaussian through a system: x ← M(x), P ← λ^Δt F P Fᵀ + Q, with F the exact tangent of
/// the steps, or central differences of them where the system has no tangent.
/// </summary>
internal static class GaussianForecast
{
    private const int TangentRows = 32;                 // perturbations that share one integration of the state
    private const double RelativeStep = 6e-6;           // the cube root of the rounding unit: best for central differences

    /// <summary>Why a system's mean cannot be forecast, or null.</summary>
    public static string? Refuses(IDynamicalSystem system) => system is IStochasticSystem and not IDifferentiableSystem
        ? "The system draws random model error and has no tangent linear model, so its mean cannot be forecast without that error."
        : null;

    /// <summary>Carries a mean forward, without model error.</summary>
    /// <param name="system">What carries it.</param>
    /// <param name="grid">The steps of time.</param>
    /// <param name="from">Where the mean holds.</param>
    /// <param name="to">Where it shall hold.</param>
    /// <param name="mean">[1, n].</param>
    public static void Run(IDynamicalSystem system, TimeGrid grid, GridTime from, GridTime to, Matrix<double> mean)
    {
        foreach (var leg in Leg.Between(grid, from, to))
            Advance(system, mean[0], new Batch<double>([], 0, mean.Width), leg);
    }

    /// <summary>Carries mean and covariance forward.</summary>
    /// <param name="system">What carries them.</param>
    /// <param name="grid">The steps of time.</param>
    /// <param name="from">Where they hold.</param>
    /// <param name="to">Where they shall hold.</param>
    /// <param name="mean">[1, n].</param>
    /// <param name="covariance">[n, n].</param>
    /// <param name="inflation">λ, the factor on the covariance for each unit of time.</param>
    /// <param name="workers">How many threads may work.</param>
    /// <param name="propagator">Φᵀ ← Φᵀ Fᵀ, [n, n]: row i is what a unit change of component i at the start becomes; null where not wanted.</param>
    public static void Run(
        IDynamicalSystem system, TimeGrid grid, GridTime from, GridTime to, Matrix<double> mean, Matrix<double> covariance, double inflation, Workers workers, Matrix<double>? propagator = null)
    {
        var n = mean.Width;
        var stochastic = system as IStochasticSystem;
        var tangent = new Matrix<double>(n, n);         // Fᵀ
        foreach (var leg in Leg.Between(grid, from, to))
        {
            var stride = stochastic is null ? leg.Steps : 1;
            for (var step = 0; step < leg.Steps; step += stride)
            {
                var part = leg with { Time = leg.Time + step * leg.StepLength, Steps = stride };
                Tangent(system, mean, tangent, part, workers);
                using var frame = Scratch.Enter();
                var product = frame.Rent(n, n);
                Dense.Multiply(covariance, tangent, product);
                Dense.MultiplyTransposedLeft(Math.Pow(inflation, part.Steps * part.StepLength), tangent, product, 0, covariance);
                Symmetrize(covariance);
                stochastic?.AddStepCovariance(part.StepLength, covariance);
                if (propagator is null)
                    continue;
                Dense.Multiply(propagator, tangent, product);
                product.CopyTo(propagator);
            }
        }
    }

    /// <summary>tangent ← Fᵀ, mean ← M(mean). Blocks of rows integrate the state again, so they need nothing of each other.</summary>
    private static void Tangent(IDynamicalSystem system, Matrix<double> mean, Matrix<double> tangent, Leg leg, Workers workers)
    {
        var start = mean.Copy();
        workers.ForBlocks(tangent.Rows, TangentRows, (first, count) =>
        {
            using var frame = Scratch.Enter();
            var x = frame.Rent(1, start.Width);
            start[0].CopyTo(x[0]);
            var rows = tangent.All.Slice(first, count);
            rows.Clear();
            for (var i = 0; i < count; i++)
                rows[i, first + i] = 1;
            Advance(system, x[0], rows, leg);
            if (first == 0)
                x[0].CopyTo(mean[0]);
        });
    }

    private static void Advance(IDynamicalSystem system, Span<double> x, Batch<double> rows, Leg leg)
    {
        if (system is IDifferentiableSystem differentiable)
        {
            differentiable.AdvanceTangent(x, rows, leg.Time, leg.StepLength, leg.Steps);
            return;
        }
        using var frame = Scratch.Enter();
        var states = frame.Rent(2 * rows.Rows + 1, x.Length);           // x, then x + h v and x − h v for each row v
        var h = RelativeStep * Math.Max(1, Math.Abs(TensorPrimitives.MaxMagnitude<double>(x)));
        x.CopyTo(states[0]);
        for (var i = 0; i < rows.Rows; i++)
        {
            TensorPrimitives.MultiplyAdd<double>(rows[i], h, x, states[2 * i + 1]);
            TensorPrimitives.MultiplyAdd<double>(rows[i], -h, x, states[2 * i + 2]);
        }
        system.Advance(states, leg.Time, leg.StepLength, leg.Steps, 0, new RandomSource(0));
        states[0].CopyTo(x);
        for (var i = 0; i < rows.Rows; i++)
        {
            TensorPrimitives.Subtract<double>(states[2 * i + 1], states[2 * i + 2], rows[i]);
            TensorPrimitives.Multiply(rows[i], 0.5 / h, rows[i]);
        }
    }

    /// <summary>a ← ½ (a + aᵀ).</summary>
    public static void Symmetrize(Batch<double> a)
    {
        for (var i = 0; i < a.Rows; i++)
            for (var j = 0; j < i; j++)
                a[i, j] = a[j, i] = 0.5 * (a[i, j] + a[j, i]);
    }
}
