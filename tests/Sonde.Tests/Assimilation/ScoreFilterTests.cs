using System.Numerics.Tensors;
using Sonde.Assimilation;
using Sonde.Assimilation.Particles;
using Sonde.Assimilation.Score;
using Sonde.Dynamics;
using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Observing.Errors;
using Sonde.Observing.Operators;
using Sonde.Tests.Problems;

namespace Sonde.Tests.Assimilation;

/// <summary>The ensemble score filter.</summary>
public sealed class ScoreFilterTests
{
    public static TheoryData<bool, bool, ScorePrior> Flows() => new()
    {
        { false, false, ScorePrior.MemberToMember }, { true, false, ScorePrior.MemberToMember }, { false, true, ScorePrior.MemberToMember }, { false, false, ScorePrior.Mixture },
    };

    /// <summary>
    /// In one dimension with everything Gaussian every step is linear in sample, member, observation and noise, so that mean and
    /// variance of the result follow from the coefficients alone: ε_α = 0.1, ε_β = 0.02, 50 steps. Of the mixture of many
    /// members the score is that of N(α μ, α² P + σ²).
    /// </summary>
    [Theory]
    [MemberData(nameof(Flows))]
    public void The_score_filter_takes_the_steps_of_its_diffusion(bool deterministic, bool standardize, ScorePrior prior)
    {
        const double Mean = 1.5, Variance = 0.8, Y = 2.5, R = 0.6;
        var n = prior == ScorePrior.Mixture ? 2000 : 20000;
        var (members, predicted) = (new Matrix<double>(n, 1), new Matrix<double>(n, 1));
        for (var k = 0; k < n; k++)
            members[k, 0] = Mean + Math.Sqrt(Variance) * NormalQuantile.Of((k + 0.5) / n);
        var h = new IdentityOperator(1);
        h.Apply(members, predicted);
        var observation = new Observation { Index = 0, At = new GridTime(1), Operator = h, Values = new[] { Y }, Error = new DiagonalError(1, Math.Sqrt(R)), Points = [null] };
        var filter = new EnsembleScoreFilter(0.1, 0.02, 50, prior, deterministic, null, standardize);
        var context = new UpdateContext(Domain.Unplaced(1), new Workers(2), new RandomSource(8), new BeliefRecorder());
        Assert.Equal(AnalysisStatus.Sound, filter.Update(members, predicted, observation, context));
        var actual = BeliefConversion.ToGaussian(new EnsembleBelief(members));

        var (shift, scale) = standardize ? (Mean, Math.Sqrt(Variance)) : (0.0, 1.0);
        var (x, p, y, r) = ((Mean - shift) / scale, Variance / scale / scale, (Y - shift) / scale, R / scale / scale);
        var (start, member, constant, noise) = (1.0, 0.0, 0.0, 0.0);    // z = start z₁ + member x + constant + noise
        for (var k = 0; k < 50; k++)
        {
            var t = 1 - k / 50.0;
            var (alpha, sigma2) = (1 - 0.9 * t, 0.02 + 0.98 * t);
            var b = -0.9 / alpha;
            var g2 = 0.98 - 2 * b * sigma2;
            var gain = g2 / 50 * (deterministic ? 0.5 : 1);
            var spread = prior == ScorePrior.Mixture ? sigma2 + alpha * alpha * p : sigma2;
            var factor = 1 - b / 50 - gain / spread - gain * (1 - t) / r;
            (start, member, constant, noise) = (factor * start, factor * member, factor * constant + gain * (1 - t) / r * y, factor * factor * noise);
            if (prior == ScorePrior.Mixture)
                constant += gain / spread * alpha * x;
            else
                member += gain / spread * alpha;
            noise += deterministic ? 0 : g2 / 50;
        }
        var (mean, variance) = (member * x + constant, start * start + member * member * p + noise);
        var error = Math.Sqrt(variance / n) * scale;
        Assert.Equal(mean * scale + shift, actual.MeanState[0], 5 * error);
        Assert.Equal(1, actual.Covariance![0, 0] / (variance * scale * scale), prior == ScorePrior.Mixture ? 0.15 : 0.06);
        Assert.InRange(actual.MeanState[0], Mean, Y);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_score_filter_reads_correlated_errors_as_it_reads_independent_ones(bool mixture)
    {
        var (a, b) = (Filter(new DiagonalError([0.5, 2.0])), Filter(new CorrelatedError(new Matrix<double>(2, 2) { [0, 0] = 0.25, [1, 1] = 4 })));
        Assert.Equal(0, TensorPrimitives.Distance<double>(a.Values, b.Values), 1e-10);

        Matrix<double> Filter(IObservationError error)
        {
            var (members, predicted) = (new Matrix<double>(10, 2), new Matrix<double>(10, 2));
            new RandomSource(3).FillNormal(members.Values);
            var observation = new Observation { Index = 0, At = new GridTime(1), Operator = new IdentityOperator(2), Values = new[] { 1.0, -1.0 }, Error = error, Points = [null, null] };
            var filter = new EnsembleScoreFilter(Prior: mixture ? ScorePrior.Mixture : ScorePrior.MemberToMember);
            filter.Update(members, predicted, observation, new UpdateContext(Domain.Unplaced(2), Workers.One, new RandomSource(8), new BeliefRecorder()));
            return members;
        }
    }
}
