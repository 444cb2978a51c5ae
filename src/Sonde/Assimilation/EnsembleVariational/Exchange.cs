using Sonde.Numerics;

namespace Sonde.Assimilation.EnsembleVariational;

/// <summary>
/// Members show one another where low costs are. Where the costs of a window have several minima, searches from different members end in different ones,
/// of which only the lowest is a draw of the posterior (randomized maximum likelihood); to ask for each member's cost where another stands takes no run of
/// the model beyond one of each member.
/// </summary>
/// <param name="problem">The costs.</param>
/// <param name="workers">How many threads may work; nothing depends on it.</param>
/// <param name="stateWidth">n.</param>
internal sealed class Exchange(MemberProblem problem, Workers workers, int stateWidth)
{
    private const double Least = 1e-3;                  // costs that differ by less are of one minimum, reached with more or less care

    /// <summary>Puts each member where its own cost is least among all places where members stand.</summary>
    /// <param name="controls">[N, p].</param>
    /// <returns>Who has moved, in rising order.</returns>
    public List<int> Move(Matrix<double> controls)
    {
        var (before, predicted, best) = (controls.Copy(), new Matrix<double>(problem.Members, problem.Window.OutputWidth), new int[problem.Members]);
        workers.ForBlocks(problem.Members, problem.Block(stateWidth), (first, count) =>
            problem.Window.Predict(before.All.Slice(first, count), predicted, first));
        workers.ForBlocks(problem.Members, 1, (i, _) => best[i] = Best(i, before, predicted));
        var moved = new List<int>();
        for (var i = 0; i < best.Length; i++)
            if (best[i] != i)
            {
                before[best[i]].CopyTo(controls[i]);
                moved.Add(i);
            }
        return moved;
    }

    private int Best(int i, Matrix<double> controls, Matrix<double> predicted)
    {
        var (best, least) = (i, Cost(i));
        for (var k = 0; k < controls.Rows; k++)
            if (k != i && Cost(k) is var cost && (cost < least - Least || (double.IsNaN(least) && double.IsFinite(cost))))
                (best, least) = (k, cost);
        return best;

        double Cost(int k) => 0.5 * (MemberProblem.Square(controls[k], problem.Centers[i]) + MemberProblem.Square(predicted[k], problem.Targets[i]));
    }
}
