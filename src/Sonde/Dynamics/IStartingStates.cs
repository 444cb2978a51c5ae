using Sonde.Numerics;

namespace Sonde.Dynamics;

/// <summary>States that a system may start from, where no Gaussian tells which: a front somewhere, a wave from one of many places.</summary>
public interface IStartingStates
{
    /// <summary>x ← a state, drawn.</summary>
    /// <param name="x">[Width]; whatever it holds is lost.</param>
    /// <param name="random">Where it is drawn.</param>
    void Draw(Span<double> x, RandomSource random);
}
