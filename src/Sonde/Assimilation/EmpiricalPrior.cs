using Sonde.Numerics;

namespace Sonde.Assimilation;

/// <summary>A collection of states, any of which may be the true one: members are drawn from it without putting back.</summary>
public sealed class EmpiricalPrior : IPrior
{
    private readonly Matrix<double> states;

    /// <summary>Takes the states over; does not copy.</summary>
    /// <param name="states">At least two, [count, width].</param>
    /// <exception cref="ArgumentException">There are fewer than two states.</exception>
    public EmpiricalPrior(Matrix<double> states)
    {
        if (states.Rows < 2)
            throw new ArgumentException($"An empirical prior needs at least 2 states, not {states.Rows}.", nameof(states));
        this.states = states;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">More members are asked for than there are states.</exception>
    public void Sample(Batch<double> members, RandomSource random)
    {
        if (members.Rows > states.Rows)
            throw new ArgumentException($"{members.Rows} members cannot be drawn from {states.Rows} states.", nameof(members));
        var order = new int[states.Rows];
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        random.Shuffle(order);
        for (var n = 0; n < members.Rows; n++)
            states[order[n]].CopyTo(members[n]);
    }

    /// <inheritdoc/>
    public GaussianBelief Moments()
    {
        var mean = new double[states.Width];
        var covariance = new Matrix<double>(states.Width, states.Width);
        var anomalies = states.Copy();
        Assimilation.Moments.Center(anomalies, mean);
        Dense.MultiplyTransposedLeft(1.0 / (states.Rows - 1), anomalies, anomalies, 0, covariance);
        return new GaussianBelief(mean, covariance);
    }
}
