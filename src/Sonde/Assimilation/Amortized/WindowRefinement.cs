using System.Numerics.Tensors;
using Sonde.Dynamics;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Amortized;

/// <summary>
/// Gauss-Newton steps to the most likely state in the middle of a window, given the observations in the window and the states' climatology at its start, and
/// the covariance that the last linearisation leaves: P = M A⁻¹ Mᵀ with A = B⁻¹ + Σ (H M)ᵀ R⁻¹ (H M). A step that makes things worse is halved. The model
/// carries the state and a perturbation for each component over the window, once a step and once more.
/// </summary>
internal sealed class WindowRefinement
{
    private const int MostHalvings = 6;
    private readonly IDifferentiableSystem system;
    private readonly TimeGrid grid;
    private readonly double[] mean;
    private readonly Matrix<double> precision;

    /// <summary>Takes a climatology.</summary>
    /// <param name="system">The model.</param>
    /// <param name="grid">Its steps.</param>
    /// <param name="mean">[n].</param>
    /// <param name="covariance">B, [n, n].</param>
    /// <exception cref="ArgumentException">B is not positive definite.</exception>
    public WindowRefinement(IDifferentiableSystem system, TimeGrid grid, ReadOnlySpan<double> mean, Matrix<double> covariance)
    {
        (this.system, this.grid, this.mean) = (system, grid, mean.ToArray());
        var factor = covariance.Copy();
        precision = new(covariance.Rows, covariance.Width);
        if (!Cholesky.Factor<double>(factor))
            throw new ArgumentException("The states' covariance is not positive definite; expected more states in the training than components.", nameof(covariance));
        Cholesky.Inverse<double>(factor, precision);
    }

    /// <summary>Why so many refinements cannot be made; null where they can.</summary>
    public static string? Refuses(int refinements, AssimilationProblem problem) => refinements == 0 || problem.System is IDifferentiableSystem
        ? null
        : "Refinements carry perturbations along the model, but the system has no tangent.";

    /// <summary>Refines one state.</summary>
    /// <param name="observations">Of the window.</param>
    /// <param name="center">Which of them is at the state's time.</param>
    /// <param name="start">A guess of the state at the first of them.</param>
    /// <param name="steps">Gauss-Newton steps, 1 or more.</param>
    /// <returns>Null where numbers are not finite.</returns>
    public GaussianBelief? Refine(ReadOnlySpan<Observation> observations, int center, ReadOnlySpan<double> start, int steps)
    {
        using var frame = Scratch.Enter();
        var n = mean.Length;
        var at = new Linearized(frame, n);
        var x = frame.Rent(1, n);
        var step = frame.RentCleared(1, n);
        start.CopyTo(x[0]);
        var (cost, halvings) = (double.PositiveInfinity, 0);
        for (var made = 0; ;)
        {
            var found = Linearize(observations, center, x[0], at);
            if (!(found <= cost) && halvings < MostHalvings)
            {
                halvings++;
                TensorPrimitives.Multiply(step[0], 0.5, step[0]);
                TensorPrimitives.Subtract(x[0], step[0], x[0]);
                continue;
            }
            if (!double.IsFinite(found) || !Cholesky.Factor(at.Normal))
                return null;
            if (made++ == steps || halvings == MostHalvings)
                return Believe(at);
            (cost, halvings) = (found, 0);
            at.Gradient.CopyTo(step);
            Cholesky.Solve(at.Normal, step);
            TensorPrimitives.Add(x[0], step[0], x[0]);
        }
    }

    /// <summary>Fills everything at x, the state at the window's start; returns twice the cost.</summary>
    private double Linearize(ReadOnlySpan<Observation> observations, int center, ReadOnlySpan<double> x, Linearized at)
    {
        using var frame = Scratch.Enter();
        var n = mean.Length;
        var state = frame.Rent(1, n);
        var departure = frame.Rent(1, n);
        var units = frame.RentCleared(n, n);
        for (var i = 0; i < n; i++)
            units[i, i] = 1;
        x.CopyTo(state[0]);
        precision.All.CopyTo(at.Normal);
        TensorPrimitives.Subtract(mean, x, departure[0]);
        Dense.Multiply(departure, precision, at.Gradient);
        var cost = TensorPrimitives.Dot<double>(departure[0], at.Gradient[0]);
        for (var k = 0; k < observations.Length; k++)
        {
            cost += Add(observations[k], state, units, at);
            if (k == center)
            {
                state.CopyTo(at.State);
                Dense.Transpose(units, at.Carried);
            }
            if (k + 1 < observations.Length)
                foreach (var leg in Leg.Between(grid, observations[k].At, observations[k + 1].At))
                    system.AdvanceTangent(state[0], units, leg.Time, leg.StepLength, leg.Steps);
        }
        return cost;
    }

    private static double Add(Observation observation, ReadOnlyBatch<double> state, ReadOnlyBatch<double> units, Linearized at)
    {
        if (observation.Count == 0)
            return 0;
        using var frame = Scratch.Enter();
        var columns = frame.Rent(units.Rows, observation.Count);
        var departure = frame.Rent(1, observation.Count);
        state = Observed(frame, state, observation);
        units = Observed(frame, units, observation);
        observation.Operator.Apply(state, departure);
        observation.Operator.Tangent(state, units, columns);
        TensorPrimitives.Subtract(observation.Values.Span, departure[0], departure[0]);
        observation.Error.Whiten(departure);
        observation.Error.Whiten(columns);
        Dense.MultiplyTransposedRight(1, columns, columns, 1, at.Normal);
        Dense.MultiplyTransposedRight(1, departure, columns, 1, at.Gradient);
        return TensorPrimitives.SumOfSquares<double>(departure.Values);
    }

    /// <summary>The components that are observed: without parameters at the end of a row.</summary>
    private static ReadOnlyBatch<double> Observed(ScratchFrame frame, ReadOnlyBatch<double> rows, Observation observation)
    {
        var n = observation.Operator.InputWidth;
        if (rows.Width == n)
            return rows;
        var states = frame.Rent(rows.Rows, n);
        for (var row = 0; row < rows.Rows; row++)
            rows[row][..n].CopyTo(states[row]);
        return states;
    }

    /// <summary>State and covariance at the center, with the factor of A.</summary>
    private static GaussianBelief? Believe(Linearized at)
    {
        var covariance = new Matrix<double>(at.Carried.Rows, at.Carried.Rows);
        Cholesky.SolveLower(at.Normal, at.Carried);                                         // L⁻¹ Mᵀ, a row each
        Dense.MultiplyTransposedRight(1.0, at.Carried, at.Carried, 0, covariance);
        return Moments.AllFinite(at.State.Values) && Moments.AllFinite(covariance.Values) ? new(at.State[0].ToArray(), covariance) : null;
    }

    private readonly ref struct Linearized(ScratchFrame frame, int n)
    {
        /// <summary>A, then its factor.</summary>
        public Batch<double> Normal { get; } = frame.Rent(n, n);

        /// <summary>Minus the gradient of the cost.</summary>
        public Batch<double> Gradient { get; } = frame.Rent(1, n);

        /// <summary>At the center.</summary>
        public Batch<double> State { get; } = frame.Rent(1, n);

        /// <summary>M, from the window's start to its center.</summary>
        public Batch<double> Carried { get; } = frame.Rent(n, n);
    }
}
