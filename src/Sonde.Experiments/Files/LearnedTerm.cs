using Sonde.Assimilation.Amortized;
using Sonde.Assimilation.Learned;
using Sonde.Dynamics;
using Sonde.Numerics;

namespace Sonde.Experiments.Files;

/// <summary>What a training learned that a tendency leaves out, [2 or more, knots]: knots and values.</summary>
internal static class LearnedTerm
{
    /// <summary>A term that is 0.</summary>
    public static Matrix<double> Nothing
    {
        get
        {
            var term = new Matrix<double>(2, 2);
            term[0, 1] = 1;
            return term;
        }
    }

    /// <summary>Reads it from weights.</summary>
    /// <exception cref="InputException">The file is not there or damaged, or holds none.</exception>
    public static Matrix<double> Load(string path)
    {
        var term = LearnedFile.Statistic(path, TendencyNetwork.Saved)
            ?? throw new InputException($"{path} holds no '{TendencyNetwork.Saved}'; expected the weights of a method with 'tendency' and 'refinements'.");
        return term.Rows >= 2 ? term : throw new InputException($"{path}: '{TendencyNetwork.Saved}' has {term.Rows} rows; expected knots and values.");
    }

    /// <summary>Takes it from what a method learned; null where that was none.</summary>
    public static Matrix<double>? Of(LearnedState state) => state.Statistics.GetValueOrDefault(TendencyNetwork.Saved);

    /// <summary>The tendency with it.</summary>
    /// <exception cref="ArgumentException">The knots are none.</exception>
    public static PiecewiseTendency Beside(IDifferentiableVectorField own, Matrix<double> term) => new(own, term[0], term[1]);
}
