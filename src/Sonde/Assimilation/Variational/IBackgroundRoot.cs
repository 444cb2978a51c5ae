using Sonde.Calculus;
using Sonde.Calculus.Minimization;
using Sonde.Numerics;

namespace Sonde.Assimilation.Variational;

/// <summary>A square root of a background covariance, B = Zᵀ Z, known by what it makes of rows v of control values: departures v Z.</summary>
internal interface IBackgroundRoot
{
    /// <summary>Control values, r.</summary>
    int Modes { get; }

    /// <summary>Components of a state, n.</summary>
    int Width { get; }

    /// <summary>v Z, recorded.</summary>
    /// <param name="v">[1, r].</param>
    Variable<double> Place(Variable<double> v);

    /// <summary>departures ← V Z.</summary>
    /// <param name="controls">V, [any, r].</param>
    /// <param name="departures">[as many, n].</param>
    void Place(ReadOnlyBatch<double> controls, Batch<double> departures);

    /// <summary>controls += D Zᵀ, the transpose.</summary>
    /// <param name="departures">D, [any, n].</param>
    /// <param name="controls">[as many, r], added to.</param>
    void AddTransposed(ReadOnlyBatch<double> departures, Batch<double> controls);

    /// <summary>B's diagonal, [n]; a new array.</summary>
    double[] Variances();

    /// <summary>v with v Z as near a departure as can be, and no longer than it must.</summary>
    /// <param name="departure">[n].</param>
    /// <param name="v">[r], overwritten.</param>
    void Controls(ReadOnlySpan<double> departure, Span<double> v)
    {
        var target = departure.ToArray();
        v.Clear();
        var misfit = Map.Of<double>(Modes, Width, controls => Place(controls) - controls.Tape.Constant(new ReadOnlyBatch<double>(target)));
        new GaussNewton(1, Inner: new Lanczos(Math.Min(Modes, MostProducts), 1e-10)).Minimize(new LeastSquares(misfit), v);
    }

    private const int MostProducts = 200;
}
