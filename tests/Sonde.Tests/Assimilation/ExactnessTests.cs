using Sonde.Assimilation;
using Sonde.Assimilation.Baselines;
using Sonde.Assimilation.Filters;
using Sonde.Assimilation.Smoothers;
using Sonde.Tests.Problems;
using Xunit.Abstractions;

namespace Sonde.Tests.Assimilation;

/// <summary>
/// How far methods are from the Kalman filter and the Rauch-Tung-Striebel smoother where these are exact: the table of
/// docs/exactness.md, printed by `dotnet test --filter ExactnessTests --logger "console;verbosity=detailed"`.
/// </summary>
public sealed class ExactnessTests(ITestOutputHelper output)
{
    private static readonly LinearProblem Perfect = new(modelError: false);
    private static readonly LinearProblem Noisy = new();

    private static readonly Dictionary<string, (IAssimilationMethod Method, double Tolerance)> Exact = new()
    {
        ["extended-kalman"] = (new ExtendedKalman(), 1e-12),
        ["extended-rts"] = (new ExtendedRts(), 1e-12),
        ["etkf"] = (new EnsembleFilter(new Etkf(), 9), 1e-12),
        ["etkf, rotated"] = (new EnsembleFilter(new Etkf(), 9, Rotate: true), 1e-12),
        ["serial-enkf"] = (new EnsembleFilter(new SerialEnkf(), 9), 1e-12),
        ["etks"] = (new EnsembleSmoother(new Etkf(), 9), 1e-12),
        ["ensemble-rts"] = (new EnsembleRts(new Etkf(), 9), 1e-9),
        ["ienks, lag 1"] = (new IterativeEnsembleSmoother(9), 1e-12),
        ["ienks, lag 8"] = (new IterativeEnsembleSmoother(9, 8), 1e-12),
        ["ienks, lag 8, annealing"] = (new IterativeEnsembleSmoother(9, 8, 4, Annealing: true), 1e-12),
        ["ienks, lag 8, bundle 1e-4"] = (new IterativeEnsembleSmoother(9, 8, Bundle: 1e-4), 1e-8),
        ["es-mda of the etkf"] = (new EsMda(new Etkf(), 9), 1e-12),
    };

    public static TheoryData<string> ExactNames() => [.. Exact.Keys];

    [Theory]
    [MemberData(nameof(ExactNames))]
    public void Without_sampling_the_filter_and_the_smoother_of_Kalman_are_met_to_rounding(string name)
    {
        var (method, tolerance) = Exact[name];
        var linear = method is ExtendedKalman or ExtendedRts ? Noisy : Perfect;     // draws of model error would be sampling
        var recorder = linear.Twin.Run(method).Recorder;
        var (mean, covariance) = (0.0, 0.0);
        for (var k = 0; k < linear.Count; k++)
            (mean, covariance) = Larger((mean, covariance), linear.Difference(k, k, recorder.Analyses[k]));
        output.WriteLine($"{name}: filter, mean {mean:e1}, covariance {covariance:e1}");
        Assert.InRange(Math.Max(mean, covariance), 0, tolerance);
        if (recorder.Smoothed.Count == 0 || method is IterativeEnsembleSmoother { Lag: < 8 } or EsMda)
            return;
        (mean, covariance) = (0, 0);
        for (var k = 0; k < linear.Count; k++)
            (mean, covariance) = Larger((mean, covariance), linear.Difference(k, linear.Count - 1, recorder.Smoothed[k]));
        output.WriteLine($"{name}: smoother, mean {mean:e1}, covariance {covariance:e1}");
        Assert.InRange(Math.Max(mean, covariance), 0, tolerance);
    }

    [Fact]
    public void With_the_forecast_covariance_of_Kalman_3D_Var_and_optimal_interpolation_make_his_analysis()
    {
        var (mean, covariance) = Noisy.Given(0, -1);
        var twin = Noisy.Twin.With(new GaussianBelief([.. mean], LinearProblem.Own(covariance)));
        foreach (var method in (IAssimilationMethod[])[new OptimalInterpolation(), new ThreeDVar()])
        {
            var difference = Noisy.Difference(0, 0, twin.Run(method).Recorder.Analyses[0]);
            output.WriteLine($"{method.GetType().Name}: mean {difference.Mean:e1}, covariance {difference.Covariance:e1}");
            Assert.InRange(Math.Max(difference.Mean, difference.Covariance), 0, 1e-13);
        }
    }

    public static TheoryData<string> SamplingNames() => ["enkf", "enks", "es-mda"];

    /// <summary>Perturbed observations are right on average: their sampling error, in standard deviations of the posterior, falls with 1/√N.</summary>
    [Theory]
    [MemberData(nameof(SamplingNames))]
    public void The_error_of_perturbed_observations_falls_with_the_root_of_the_number_of_members(string name)
    {
        var sizes = new[] { 100, 500, 2500 };
        var errors = new double[sizes.Length];
        for (var s = 0; s < sizes.Length; s++)
        {
            var (squares, count) = (0.0, 0);
            for (var seed = 0; seed < 8; seed++)
            {
                IAssimilationMethod method = name switch
                {
                    "enkf" => new EnsembleFilter(new StochasticEnkf(), sizes[s]),
                    "enks" => new EnsembleSmoother(new StochasticEnkf(), sizes[s]),
                    _ => new EsMda(new StochasticEnkf(), sizes[s]),
                };
                var recorder = Perfect.Twin.Run(method, seed).Recorder;
                var smoothed = name == "enks";
                for (var k = 0; k < Perfect.Count; k++)
                {
                    var (mean, covariance) = Perfect.Given(k, smoothed ? Perfect.Count - 1 : k);
                    var belief = (smoothed ? recorder.Smoothed : recorder.Analyses)[k];
                    for (var i = 0; i < Perfect.Width; i++)
                        (squares, count) = (squares + Math.Pow(belief.MeanState[i] - mean[i], 2) / covariance[i, i], count + 1);
                }
            }
            errors[s] = Math.Sqrt(squares / count);
        }
        var rate = Math.Log(errors[2] / errors[0]) / Math.Log(25);
        output.WriteLine($"{name}: {string.Join(", ", errors.Select((e, s) => $"N = {sizes[s]}: {e:f4}"))}; rate N^{rate:f2}");
        Assert.InRange(rate, -0.6, -0.4);
        Assert.InRange(errors[2] * Math.Sqrt(sizes[2]), 0, 1.2);
    }

    private static (double Mean, double Covariance) Larger((double Mean, double Covariance) a, (double Mean, double Covariance) b) =>
        (Math.Max(a.Mean, b.Mean), Math.Max(a.Covariance, b.Covariance));
}
