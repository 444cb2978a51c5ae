using System.Numerics.Tensors;
using Sonde.Calculus;
using Sonde.Calculus.Minimization;
using Sonde.Numerics;

namespace Sonde.Assimilation.EnsembleVariational;

/// <summary>The costs of all members: ½ |v − cᵢ|² + ½ |G(v) − yᵢ|².</summary>
/// <param name="Window">G.</param>
/// <param name="Centers">c, [N, p].</param>
/// <param name="Targets">y with what perturbs it, in units of the errors, [N, m].</param>
internal sealed record MemberProblem(EnsembleWindow Window, Matrix<double> Centers, Matrix<double> Targets)
{
    private const int MembersAtOnce = 20;
    private const int ValuesAtOnce = 1 << 21;

    /// <summary>N.</summary>
    public int Members => Centers.Rows;

    /// <summary>p.</summary>
    public int Width => Centers.Width;

    /// <summary>How many members share a linearization: by the size of what they carry alone, so that bits depend on no thread.</summary>
    /// <param name="stateWidth">n.</param>
    public int Block(int stateWidth) =>
        (int)Math.Clamp(ValuesAtOnce / Math.Max(1, (long)Width * (stateWidth + Window.Broadest)), 1, MembersAtOnce);

    /// <summary>The costs of some members.</summary>
    public MemberProblem Of(IReadOnlyList<int> members) => this with { Centers = Rows(Centers, members), Targets = Rows(Targets, members) };

    /// <summary>Some rows of a matrix.</summary>
    public static Matrix<double> Rows(Matrix<double> all, IReadOnlyList<int> chosen)
    {
        var some = new Matrix<double>(chosen.Count, all.Width);
        for (var k = 0; k < chosen.Count; k++)
            all[chosen[k]].CopyTo(some[k]);
        return some;
    }

    /// <summary>|a − b|².</summary>
    public static double Square(ReadOnlySpan<double> a, ReadOnlySpan<double> b) => Math.Pow(TensorPrimitives.Distance(a, b), 2);

    /// <summary>One member's cost as a sum of squares of v − c.</summary>
    public LeastSquares Of(int member) => Shifted(new Matrix<double>(new ReadOnlyBatch<double>(Centers[member])), new Matrix<double>(new ReadOnlyBatch<double>(Targets[member])));

    /// <summary>The sum of all members' costs, of all N × p numbers v − c.</summary>
    public LeastSquares Joint() => Shifted(Centers, Targets);

    private LeastSquares Shifted(Matrix<double> centers, Matrix<double> targets)
    {
        var (members, p, m) = (centers.Rows, Width, Window.OutputWidth);
        return new LeastSquares(Map.Of<double>(members * p, members * m, v =>
            (Window.Apply(v.View(0, members, p) + v.Tape.Constant(centers.All)) - v.Tape.Constant(targets.All)).View(0, 1, members * m)), 1);
    }
}
