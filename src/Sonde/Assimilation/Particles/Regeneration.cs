using System.Numerics.Tensors;
using Sonde.Assimilation.Filters;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Particles;

/// <summary>Resampling where it is due, and jitter that sets copies apart.</summary>
internal static class Regeneration
{
    /// <summary>Reports the effective sample size and makes the next ensemble.</summary>
    /// <param name="window">Whose observer hears it.</param>
    /// <param name="observation">What was used.</param>
    /// <param name="analysis">Weighted particles.</param>
    /// <param name="effective">1 / Σ w²; NaN where no particle is left.</param>
    /// <param name="resampleBelow">Share of N.</param>
    /// <param name="weightRoot">Flattens the weights.</param>
    /// <param name="regularization">Width of the kernel in bandwidths.</param>
    /// <param name="scheme">How copies are drawn.</param>
    /// <param name="jitterAll">True sets every particle apart, false only those with copies.</param>
    /// <param name="random">Randomness of this time.</param>
    public static EnsembleStep Run(
        AssimilationWindow window, Observation observation, EnsembleBelief analysis, double effective, double resampleBelow, double weightRoot,
        double regularization, ResamplingScheme scheme, bool jitterAll, RandomSource random)
    {
        if (double.IsNaN(effective))
            return new EnsembleStep(analysis, Failure: ImportanceWeights.Degenerate);
        var resample = IsDue(window, observation, effective, analysis.Members.Rows, resampleBelow);
        return resample
            ? new EnsembleStep(analysis, Draw(analysis, weightRoot, regularization, scheme, jitterAll, random))
            : new EnsembleStep(analysis);
    }

    /// <summary>Reports "effectiveSampleSize" and "resampled".</summary>
    public static bool IsDue(AssimilationWindow window, Observation observation, double effective, int members, double resampleBelow)
    {
        var due = effective <= members * resampleBelow;
        window.Observer.OnDiagnostic(observation, Diagnostic.EffectiveSampleSize, effective);
        window.Observer.OnDiagnostic(observation, Diagnostic.Resampled, due ? 1 : 0);
        return due;
    }

    private static EnsembleBelief Draw(EnsembleBelief analysis, double weightRoot, double regularization, ResamplingScheme scheme, bool jitterAll, RandomSource random)
    {
        var (members, width) = (analysis.Members.Rows, analysis.Width);
        using var frame = Scratch.Enter();
        var indices = frame.RentSpan<int>(members);
        var weights = Resampling.Draw(analysis.Weights, weightRoot, scheme, random.Fork("resampling"), indices);
        var drawn = new Matrix<double>(members, width);
        for (var n = 0; n < members; n++)
            analysis.Members[indices[n]].CopyTo(drawn[n]);
        if (regularization > 0)
            Jitter(analysis, regularization, jitterAll, indices, drawn, random.Fork("jitter"));
        return new EnsembleBelief(drawn, weights, analysis.Memory);
    }

    private static void Jitter(EnsembleBelief analysis, double regularization, bool all, ReadOnlySpan<int> indices, Matrix<double> drawn, RandomSource random)
    {
        var (members, width) = (drawn.Rows, drawn.Width);
        using var frame = Scratch.Enter();
        var root = frame.Rent(members, width);
        var moved = frame.RentSpan<int>(members);
        var count = 0;
        for (var n = 0; n < members; n++)
            if (all || (n > 0 && indices[n] == indices[n - 1]) || (n + 1 < members && indices[n] == indices[n + 1]))
                moved[count++] = n;
        ParticleKernel.Root(analysis.Members, analysis.Weights, regularization * ParticleKernel.Bandwidth(members, width), root);
        var draws = frame.RentCleared(count, width);
        if (!CovarianceRoot.AddDrawsOf(root, random, draws))
            draws.Fill(double.NaN);                     // found by the check of the next forecast
        for (var i = 0; i < count; i++)
            TensorPrimitives.Add(drawn[moved[i]], draws[i], drawn[moved[i]]);
    }
}
