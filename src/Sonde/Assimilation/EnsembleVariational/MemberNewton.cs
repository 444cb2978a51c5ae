using System.Numerics.Tensors;
using Sonde.Calculus;
using Sonde.Calculus.Minimization;
using Sonde.Numerics;

namespace Sonde.Assimilation.EnsembleVariational;

/// <summary>
/// Gauss-Newton for a block of members side by side: (I + J Jᵀ) Δv = −∇f for each, with all members' derivatives from the same steps of the model.
/// A member whose step does not lower its cost tries half of it, or damps it, as <see cref="GaussNewton"/> and <see cref="LevenbergMarquardt"/> do; one that
/// has converged waits.
/// </summary>
/// <param name="problem">The costs.</param>
/// <param name="rule">When to stop, and what is tried where a step fails.</param>
/// <param name="point">Where Hessians are taken.</param>
internal sealed class MemberNewton(MemberProblem problem, StepRule rule, JacobianPoint point)
{
    private const double SufficientDecrease = 1e-4;
    private readonly int p = problem.Width;

    /// <summary>Moves controls to the minima of some members' costs.</summary>
    /// <param name="first">The first member.</param>
    /// <param name="controls">[any, p]: where to begin; overwritten with where each ended.</param>
    /// <param name="outcomes">[as many].</param>
    public void Minimize(int first, Batch<double> controls, Span<MemberOutcome> outcomes)
    {
        var progress = new Member[controls.Rows];
        var active = new List<int>();
        for (var i = 0; i < progress.Length; i++)
        {
            progress[i] = new(rule, new double[p], new double[p], new Matrix<double>(p, p)) { Index = first + i };
            controls[i].CopyTo(progress[i].V);
            active.Add(i);
        }
        Linearize(progress, active);
        foreach (var member in progress)
            member.Begin();
        for (var iteration = 0; ; iteration++)
        {
            active.RemoveAll(i => progress[i].Stopped is not null);
            if (active.Count == 0)
                break;
            foreach (var i in active)
                if (iteration == rule.Iterations)
                    progress[i].Stopped = StopReason.IterationLimit;
                else
                    progress[i].Propose();
            for (var trial = 0; trial < rule.Trials && active.Exists(i => progress[i].IsTrying); trial++)
                Try(progress, active.FindAll(i => progress[i].IsTrying));
            foreach (var i in active)
                progress[i].GiveUp();
            active.RemoveAll(i => progress[i].Stopped is not null);
            if (active.Count == 0)
                break;
            Linearize(progress, active);
            foreach (var i in active)
                progress[i].Judge();
        }
        for (var i = 0; i < progress.Length; i++)
        {
            progress[i].V.CopyTo(controls[i]);
            outcomes[i] = progress[i].Outcome;
        }
    }

    /// <summary>Costs where members would go.</summary>
    private void Try(Member[] progress, List<int> trying)
    {
        var (controls, targets) = (new Matrix<double>(trying.Count, p), Targets(progress, trying));
        for (var k = 0; k < trying.Count; k++)
            progress[trying[k]].Trial(controls[k]);
        var costs = new double[trying.Count];
        problem.Window.Misfits(controls, targets, costs);
        for (var k = 0; k < trying.Count; k++)
        {
            var member = progress[trying[k]];
            member.Decide(controls[k], costs[k] + 0.5 * MemberProblem.Square(controls[k], problem.Centers[member.Index]));
        }
    }

    /// <summary>Costs, gradients and Hessians where members are.</summary>
    private void Linearize(Member[] progress, List<int> active)
    {
        var (count, targets) = (active.Count, Targets(progress, active));
        var controls = new Matrix<double>(count, p);
        for (var k = 0; k < count; k++)
            progress[active[k]].V.CopyTo(controls[k]);
        using var frame = Scratch.Enter();
        var gradients = frame.Rent(count, p);
        var hessians = frame.Rent((point == JacobianPoint.Mean ? 1 : count) * p, p);
        var costs = new double[count];
        if (point == JacobianPoint.Mean)
            ByMean(controls, targets, costs, gradients, hessians);
        else
            problem.Window.Linearize(controls, targets, costs, gradients, hessians);
        for (var k = 0; k < count; k++)
        {
            var member = progress[active[k]];
            var center = problem.Centers[member.Index];
            hessians.Slice(point == JacobianPoint.Mean ? 0 : k * p, p).CopyTo(member.Hessian);
            for (var i = 0; i < p; i++)
            {
                member.Hessian[i, i] += 1;
                member.Gradient[i] = gradients[k, i] + controls[k, i] - center[i];
            }
            member.Cost = costs[k] + 0.5 * MemberProblem.Square(controls[k], center);
        }
    }

    /// <summary>Exact gradients by one adjoint a member, and the Hessian where the members' mean is.</summary>
    private void ByMean(Matrix<double> controls, Matrix<double> targets, double[] costs, Batch<double> gradients, Batch<double> hessian)
    {
        using var frame = Scratch.Enter();
        var mean = new Matrix<double>(1, p);
        Moments.Mean(controls, [], mean[0]);
        var target = new Matrix<double>(1, targets.Width);
        problem.Window.Linearize(mean, target, new double[1], frame.Rent(1, p), hessian);
        using var lent = TapeLoan<double>.Take();
        var at = lent.Tape.Input(controls.All);
        var g = problem.Window.Apply(at);
        var departures = frame.Rent(targets.Rows, targets.Width);
        TensorPrimitives.Subtract(g.Value.Values, targets.Values, departures.Values);
        for (var k = 0; k < costs.Length; k++)
            costs[k] = 0.5 * TensorPrimitives.SumOfSquares<double>(departures[k]);
        lent.Tape.BeginPullBack();
        departures.CopyTo(lent.Tape.Adjoint(g));
        lent.Tape.PullBack();
        lent.Tape.Adjoint(at).CopyTo(gradients);
    }

    private Matrix<double> Targets(Member[] progress, List<int> chosen) =>
        MemberProblem.Rows(problem.Targets, [.. chosen.Select(i => progress[i].Index)]);

    /// <summary>One member on its way.</summary>
    private sealed class Member(StepRule rule, double[] v, double[] gradient, Matrix<double> hessian)
    {
        private readonly double[] step = new double[v.Length];
        private double first, lambda, growth = 2, alpha, expected;
        private int iterations;
        private bool foundFinite, nothingGained;

        public int Index { get; init; }

        public double[] V => v;

        public double[] Gradient => gradient;

        public Matrix<double> Hessian => hessian;

        public double Cost { get; set; }

        public bool IsTrying { get; private set; }

        public StopReason? Stopped { get; set; }

        public MemberOutcome Outcome => new(Stopped ?? StopReason.IterationLimit, iterations, Cost, Norm);

        private double Norm => TensorPrimitives.Norm<double>(gradient);

        private bool Damped => rule.Damping is not null;

        public void Begin()
        {
            first = Norm;
            Check();
            if (Damped)
                lambda = rule.Damping!.Value * NaturalDamping();
        }

        public void Judge()
        {
            iterations++;
            Check();
            if (nothingGained)
                Stopped ??= StopReason.Stalled;
        }

        /// <summary>The step to be tried first.</summary>
        public void Propose() => (alpha, IsTrying, foundFinite, growth) = (1, Solve(), false, 2);

        /// <summary>Where it leads.</summary>
        public void Trial(Span<double> to) => TensorPrimitives.MultiplyAdd<double>(step, alpha, v, to);

        /// <summary>Goes there, or makes the step smaller.</summary>
        public void Decide(ReadOnlySpan<double> to, double cost)
        {
            foundFinite |= double.IsFinite(cost);
            var foretold = Damped ? expected : -alpha * TensorPrimitives.Dot<double>(gradient, step);
            var isRounding = Math.Abs(foretold) <= Rounding && Math.Abs(cost - Cost) <= Rounding;
            var gain = (Cost - cost) / foretold;
            if (isRounding || (double.IsFinite(cost) && foretold > 0 && gain > (Damped ? 0 : SufficientDecrease)))
            {
                to.CopyTo(v);
                (IsTrying, nothingGained) = (false, isRounding);
                if (Damped && !isRounding)
                    lambda *= Math.Max(1 / 3.0, 1 - Math.Pow(2 * gain - 1, 3));
            }
            else if (Damped)
            {
                (lambda, growth) = (lambda * growth, 2 * growth);
                IsTrying = Solve();
            }
            else
                alpha *= 0.5;
        }

        /// <summary>Ends where nothing that was tried lowers the cost.</summary>
        public void GiveUp()
        {
            if (!IsTrying || Stopped is not null)
                return;
            IsTrying = false;
            Stopped = !foundFinite ? StopReason.NotFinite : Math.Abs(expected) <= Rounding ? StopReason.Stalled : StopReason.LineSearchFailed;
        }

        private double Rounding => 16 * Math.ScaleB(1, -52) * Math.Abs(Cost);

        private void Check()
        {
            if (!double.IsFinite(Cost) || !double.IsFinite(Norm))
                Stopped = StopReason.NotFinite;
            else if (Norm <= Math.Max(rule.Tolerance * first, rule.AbsoluteTolerance))
                Stopped = StopReason.Converged;
        }

        private double NaturalDamping()
        {
            var product = new double[v.Length];
            Dense.Multiply<double>(hessian, gradient, product);
            return TensorPrimitives.Dot<double>(gradient, product) / Math.Max(double.Epsilon, first * first);
        }

        /// <summary>(H + λ I) Δv = −∇f; false where that fails.</summary>
        private bool Solve()
        {
            using var frame = Scratch.Enter();
            var factor = frame.Rent(v.Length, v.Length);
            hessian.All.CopyTo(factor);
            for (var i = 0; i < v.Length; i++)
                factor[i, i] += lambda;
            if (!Cholesky.Factor<double>(factor))
            {
                Stopped = StopReason.NotPositiveDefinite;
                return false;
            }
            TensorPrimitives.Negate<double>(gradient, step);
            Cholesky.Solve<double>(factor, new Batch<double>(step));
            expected = -0.5 * TensorPrimitives.Dot<double>(gradient, step) + 0.5 * lambda * TensorPrimitives.SumOfSquares<double>(step);
            return true;
        }
    }
}
