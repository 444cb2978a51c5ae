using Sonde.Numerics;

namespace Sonde.Assimilation.Smoothers;

/// <summary>Ensembles at several observation times, which travel from window to window in a belief's memory, side by side in its rows.</summary>
internal static class LaggedStates
{
    /// <summary>Windows that hold at least so many later observation times when they release a time; all at once where there is no lag.</summary>
    public static WindowPlan Plan(int? lag, int stride) => lag is { } times ? new WindowPlan((int)Math.Min(int.MaxValue, (long)times + stride), stride) : WindowPlan.Whole;

    /// <summary>The ensembles stored under a name, [N, width] each; none where nothing was stored.</summary>
    public static List<Matrix<double>> Read(IBelief belief, string name)
    {
        var states = new List<Matrix<double>>();
        if (!belief.Memory.TryGetValue(name, out var stored))
            return states;
        for (var first = 0; first < stored.Width; first += belief.Width)
        {
            var state = new Matrix<double>(stored.Rows, belief.Width);
            for (var n = 0; n < stored.Rows; n++)
                stored[n].Slice(first, belief.Width).CopyTo(state[n]);
            states.Add(state);
        }
        return states;
    }

    /// <summary>The ensembles side by side, [N, count · width]: rows that one update changes together.</summary>
    public static Matrix<double> SideBySide(IReadOnlyList<Matrix<double>> states)
    {
        var width = states[0].Width;
        var wide = new Matrix<double>(states[0].Rows, checked(states.Count * width));
        for (var i = 0; i < states.Count; i++)
            for (var n = 0; n < wide.Rows; n++)
                states[i][n].CopyTo(wide[n].Slice(i * width, width));
        return wide;
    }

    /// <summary>The inverse of <see cref="SideBySide"/>.</summary>
    public static void TakeApart(Matrix<double> wide, IReadOnlyList<Matrix<double>> states)
    {
        var width = states[0].Width;
        for (var i = 0; i < states.Count; i++)
            for (var n = 0; n < wide.Rows; n++)
                wide[n].Slice(i * width, width).CopyTo(states[i][n]);
    }

    /// <summary>True where the window's i-th observation gets its last smoothed belief in it.</summary>
    public static bool Leaves(AssimilationWindow window, int i) => window.IsLast || i < window.Leaving;
}
