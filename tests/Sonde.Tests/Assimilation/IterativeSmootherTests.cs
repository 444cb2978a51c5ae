using System.Numerics.Tensors;
using Sonde.Assimilation;
using Sonde.Assimilation.Filters;
using Sonde.Assimilation.Smoothers;
using Sonde.Tests.Problems;

namespace Sonde.Tests.Assimilation;

public sealed class IterativeSmootherTests
{
    private static readonly LinearProblem Linear = new(modelError: false);

    public static TheoryData<int, int, int, bool, bool, double?> SquareRoots()
    {
        var data = new TheoryData<int, int, int, bool, bool, double?>();
        foreach (var (lag, stride) in ((int, int)[])[(0, 1), (1, 1), (3, 1), (4, 2), (20, 1)])
            foreach (var iterations in (int[])[1, 4])
            {
                data.Add(lag, stride, iterations, false, false, null);
                data.Add(lag, stride, iterations, true, false, null);
                data.Add(lag, stride, iterations, false, false, 1e-3);
                if (lag is 3 or 4)
                    data.Add(lag, stride, iterations, false, true, null);
            }
        return data;
    }

    /// <summary>The family equalities of DAPPER's tests, and stronger: with exact moments they are the Kalman filter and smoother.</summary>
    [Theory]
    [MemberData(nameof(SquareRoots))]
    public void On_a_linear_system_every_square_root_form_is_the_Kalman_smoother(int lag, int stride, int iterations, bool annealing, bool multiple, double? bundle)
    {
        var method = new IterativeEnsembleSmoother(9, lag, iterations, Stride: stride, Rotate: true, Bundle: bundle, Annealing: annealing, MultipleAssimilation: multiple);
        var (recorder, last) = Linear.Twin.Run(method);
        Assert.Equal(AnalysisStatus.Sound, last.Status);
        Assert.Equal(Linear.Count, recorder.Smoothed.Count);
        var tolerance = bundle is null ? 1e-10 : 1e-8;                  // a bundle of 1e-3 loses three digits of the anomalies
        for (var k = 0; k < Linear.Count; k++)
        {
            var newest = Math.Min(k / stride * stride + stride - 1, Linear.Count - 1);
            Linear.AssertGiven(k, newest, recorder.Analyses[k], tolerance);
            if (!multiple)
                Linear.AssertGiven(k, k / stride * stride - 1, recorder.Forecasts[k], tolerance);
            if (stride == 1)
                Linear.AssertGiven(k, Math.Min(k + lag, Linear.Count - 1), recorder.Smoothed[k], tolerance);
        }
    }

    /// <summary>Draws of the error have moments that are right on average alone, so the Kalman smoother is the limit of many members.</summary>
    [Theory]
    [InlineData(6)]
    [InlineData(2)]
    public void With_model_error_it_tends_to_the_Kalman_smoother_as_members_do(int lag)
    {
        var linear = new LinearProblem(width: 3, count: 6);
        var (few, many) = (Off(60, 1), Off(480, 3));
        Assert.InRange(many, 0, 0.2);
        Assert.InRange(many / few, 0.02, 0.4);                          // 1/8 on average
        Assert.Equal(Off(60, 1), Off(60, 4), 1e-9);                     // one iteration is enough where all is linear

        double Off(int members, int iterations)
        {
            var (recorder, last) = linear.Twin.Run(new IterativeEnsembleSmoother(members, lag, iterations, Stride: lag));
            Assert.Equal(AnalysisStatus.Sound, last.Status);
            var sum = 0.0;
            for (var k = 0; k < linear.Count; k++)
            {
                var (mean, covariance) = linear.Difference(k, Math.Min((k + 1) / lag * lag + lag, linear.Count) - 1, recorder.Smoothed[k]);
                sum += mean * mean + covariance * covariance;
            }
            return sum / linear.Count;
        }
    }

    [Fact]
    public void Windows_that_overlap_are_refused_where_there_is_model_error()
    {
        var problem = new AssimilationProblem(new LinearProblem().Twin.System, new(0, 1), null, 2);
        Assert.Contains("the stride, 1, must be the lag, 4", new IterativeEnsembleSmoother(9, 4).Refuses(problem), StringComparison.Ordinal);
        Assert.Null(new IterativeEnsembleSmoother(9, 4, Stride: 4).Refuses(problem));
        Assert.Null(new IterativeEnsembleSmoother(9, 0).Refuses(problem));
    }

    [Theory]
    [InlineData(IterativeForm.PerturbedObservations, 0, 4, false)]
    [InlineData(IterativeForm.PerturbedObservations, 3, 4, false)]
    [InlineData(IterativeForm.PerturbedObservations, 3, 1, true)]
    [InlineData(IterativeForm.FirstOrder, 1, 1, false)]
    [InlineData(IterativeForm.FirstOrder, 3, 1, true)]
    public void Other_forms_do_not_depend_on_the_number_of_iterations_where_they_should_not(IterativeForm form, int lag, int iterations, bool annealing)
    {
        var reference = Linear.Twin.Run(new IterativeEnsembleSmoother(9, 1, 1, form)).Recorder;
        var (recorder, _) = Linear.Twin.Run(new IterativeEnsembleSmoother(9, lag, iterations, form, Annealing: annealing));
        AssertSame(reference.Forecasts, recorder.Forecasts, 1e-10);
        AssertSame(reference.Analyses, recorder.Analyses, 1e-10);
    }

    [Fact]
    public void One_iteration_of_first_order_is_the_DEnKF()
    {
        var filter = Linear.Twin.Run(new EnsembleSmoother(new Denkf(), 9, 0)).Recorder;
        var iterative = Linear.Twin.Run(new IterativeEnsembleSmoother(9, 2, 1, IterativeForm.FirstOrder)).Recorder;
        AssertSame(filter.Analyses, iterative.Analyses, 1e-10);
    }

    [Fact]
    public void Lag_zero_with_one_iteration_is_the_transform_filter_on_a_nonlinear_system_too()
    {
        var twin = TwinProblem.Lorenz63(40, seed: 4);
        var filter = twin.Run(new EnsembleSmoother(new Etkf(), 6, 0, 1.05)).Recorder;
        var iterative = twin.Run(new IterativeEnsembleSmoother(6, 0, 1, Inflation: 1.05)).Recorder;
        AssertSame(filter.Forecasts, iterative.Forecasts, 1e-6);                     // before chaos enlarges rounding
    }

    [Fact]
    public void It_halves_the_error_of_the_filter_on_Lorenz_63()
    {
        var twin = TwinProblem.Lorenz63(400, seed: 3);
        var (recorder, last) = twin.Run(new IterativeEnsembleSmoother(10, Inflation: 1.02, Rotate: true));
        Assert.Equal(AnalysisStatus.Sound, last.Status);
        Assert.True(twin.Error(recorder.Analyses, 64) < 0.4);            // DAPPER: 0.31
        Assert.True(twin.Error(recorder.Smoothed, 64) < twin.Error(recorder.Analyses, 64));
    }

    [Theory]
    [InlineData(IterativeForm.PerturbedObservations, 1, false, false)]
    [InlineData(IterativeForm.FirstOrder, 1, false, false)]
    [InlineData(IterativeForm.SquareRoot, 1, true, false)]
    [InlineData(IterativeForm.SquareRoot, 2, false, true)]
    public void Every_variant_keeps_track_of_Lorenz_63(IterativeForm form, int lag, bool annealing, bool multiple)
    {
        var twin = TwinProblem.Lorenz63(200, seed: 3);
        var method = new IterativeEnsembleSmoother(20, lag, 6, form, Inflation: 1.06, Rotate: true, Annealing: annealing, MultipleAssimilation: multiple);
        var (recorder, last) = twin.Run(method);
        Assert.Equal(AnalysisStatus.Sound, last.Status);
        Assert.True(twin.Error(recorder.Analyses, 40) < 0.7);
    }

    [Fact]
    public void The_finite_size_prior_finds_its_inflation_itself()
    {
        var twin = TwinProblem.Lorenz63(300, seed: 3);
        var (recorder, _) = twin.Run(new IterativeEnsembleSmoother(10, Certainty: 1, Rotate: true));
        Assert.True(twin.Error(recorder.Analyses, 64) < 0.4);
        var factors = Enumerable.Range(64, 236).Select(k => recorder.Diagnostics[(k, "inflation")]).ToList();
        Assert.InRange(factors.Average(), 1.0, 1.3);
        Assert.True(factors.Max() > 1.05);
    }

    [Fact]
    public void A_tolerance_saves_iterations()
    {
        var twin = TwinProblem.Lorenz63(60, seed: 3);
        var (all, _) = twin.Run(new IterativeEnsembleSmoother(10, Inflation: 1.02));
        var (few, _) = twin.Run(new IterativeEnsembleSmoother(10, Inflation: 1.02, Tolerance: 1e-8));
        Assert.All(Enumerable.Range(0, 60), k => Assert.Equal(10, all.Diagnostics[(k, "iterations")]));
        Assert.True(Enumerable.Range(10, 50).Average(k => few.Diagnostics[(k, "iterations")]) < 7);
        AssertSame(all.Analyses, few.Analyses, 0.05);
    }

    private static void AssertSame(SortedDictionary<int, GaussianBelief> expected, SortedDictionary<int, GaussianBelief> actual, double tolerance)
    {
        Assert.Equal(expected.Count, actual.Count);
        foreach (var (k, belief) in expected)
        {
            Assert.Equal(0, TensorPrimitives.Distance<double>(belief.MeanState, actual[k].MeanState), tolerance);
            Assert.Equal(0, TensorPrimitives.Distance<double>(belief.Covariance!.Values, actual[k].Covariance!.Values), tolerance);
        }
    }
}
