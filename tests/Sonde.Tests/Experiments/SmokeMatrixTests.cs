using Sonde.Assimilation;
using Sonde.Experiments;
using Sonde.Experiments.Configuration;
using Sonde.Experiments.Running;

namespace Sonde.Tests.Experiments;

/// <summary>Every method on every system under several kinds of observations: each either refuses in a sentence or gives sound numbers.</summary>
public sealed class SmokeMatrixTests
{
    private static readonly string[] Scored = ["rmse", "spread", "forecastRmse", "smoothedRmse", "smoothedSpread"];

    public static TheoryData<string, string> Cases() => Pairs(SmokeMatrix.Setups.Keys);

    public static TheoryData<string, string> HardCases() => Pairs(["squares", "arctangents"]);

    [Fact]
    public void Every_kind_of_method_and_system_is_in_the_matrix()
    {
        var methods = SmokeMatrix.KindsOf<IAssimilationMethod>().Except(SmokeMatrix.Methods.Keys).ToArray();
        Assert.True(methods.Length == 0, $"Give SmokeMatrix.Methods a small setting for the kinds {string.Join(", ", methods)}.");
        var systems = SmokeMatrix.KindsOf<ISystemSource>().Except(SmokeMatrix.Systems.Keys).Except(SmokeMatrix.NeedFiles).ToArray();
        Assert.True(systems.Length == 0, $"Give SmokeMatrix.Systems a small setting for the kinds {string.Join(", ", systems)}.");
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_method_refuses_in_a_sentence_or_gives_sound_numbers(string system, string setup)
    {
        if (IsPlaceless(system) && setup == "errors correlated in space")
        {
            AssertSentence(Assert.Throws<InputException>(() => SmokeMatrix.Prepare(system, setup)).Message);
            return;
        }
        AssertNone(Faults(SmokeMatrix.Prepare(system, setup), system, method => MayDiverge(method, setup), Unreadable(setup)));
    }

    [Theory]
    [MemberData(nameof(HardCases))]
    public void Numbers_stay_sound_or_the_method_says_that_it_diverged_where_almost_nothing_is_known(string system, string setup) =>
        AssertNone(Faults(SmokeMatrix.Prepare(system, setup, "kind: climatology"), system, _ => true, Unreadable(setup)));

    private static TheoryData<string, string> Pairs(IEnumerable<string> setups)
    {
        var pairs = new TheoryData<string, string>();
        foreach (var setup in setups)
            foreach (var system in SmokeMatrix.Systems.Keys)
                pairs.Add(system, setup);
        return pairs;
    }

    /// <summary>Methods to which observations may mean nothing: those of a fixed network where it changes, those of components where instruments read them.</summary>
    private static Predicate<string> Unreadable(string setup) => setup switch
    {
        "one component drawn anew" or "readings scattered over time" => SmokeMatrix.ReadsFixedNetworks,
        "squares" or "arctangents" => method => method is "interpolation" or "hybrid of observations around",
        _ => _ => false,
    };

    private static string[] Faults(PreparedExperiment experiment, string system, Predicate<string> mayDiverge, Predicate<string> unreadable) =>
        [.. SmokeMatrix.Methods.Keys
            .Select(method => (method, fault: Fault(method, system, experiment, mayDiverge(method), unreadable(method))))
            .Where(pair => pair.fault is not null).Select(pair => $"{pair.method}: {pair.fault}")];

    private static void AssertNone(string[] faults) => Assert.True(faults.Length == 0, string.Join(Environment.NewLine, faults));

    /// <summary>Components without a place cannot be localized; methods that control a window's start alone need a perfect model.</summary>
    private static bool MayRefuse(string method, string system) =>
        (method.EndsWith("localized", StringComparison.Ordinal) && IsPlaceless(system))
        || (SmokeMatrix.KindOf(method) is "ienks" or "es-mda" or "4denvar" && IsStochastic(system));

    /// <summary>
    /// The score filter's explicit steps through the likelihood's score are stiff where the operator is steep or flat; and encoders trained as briefly as here
    /// put members where the model does not stay finite.
    /// </summary>
    private static bool MayDiverge(string method, string setup) => (method == "ensf" && setup is ("squares" or "arctangents")) || SmokeMatrix.ReadsFixedNetworks(method);

    /// <summary>With a dozen members all weight may fall on one of them.</summary>
    private static bool MayCollapse(string method) => SmokeMatrix.KindOf(method) is "particle-filter" or "optimal-particle-filter" or "pf-xn" or "lnetf";

    private static bool IsStochastic(string system) => system == "ornstein-uhlenbeck" || system.EndsWith("with model error", StringComparison.Ordinal);

    private static bool IsPlaceless(string system) => system is "pendulum" or "lorenz63";

    private static string? Fault(string method, string system, PreparedExperiment experiment, bool mayDiverge, bool mayNotLearn)
    {
        var refusal = SmokeMatrix.Method(method).Method.Refuses(experiment.Problem);
        if (refusal is not null != MayRefuse(method, system))
            return refusal is null ? "runs, but was expected to refuse" : $"refuses: {refusal}";
        if (refusal is not null)
        {
            AssertSentence(refusal);
            return null;
        }
        try
        {
            return Fault(SmokeMatrix.Run(method, experiment), mayDiverge, MayCollapse(method));
        }
        catch (ArgumentException e) when (mayNotLearn)
        {
            AssertSentence(InputException.Sentence(e));
            return null;
        }
        catch (Exception e)                             // the matrix names every method that fails, not the first alone
        {
            return e.ToString();
        }
    }

    private static string? Fault(MethodRun run, bool mayDiverge, bool mayCollapse)
    {
        if (run.Outcomes.FirstOrDefault(outcome => outcome.HasFailed) is { } failed)
            return string.IsNullOrEmpty(failed.Reason) ? "diverged without a reason" : mayDiverge ? null : $"diverged: {failed.Reason}";
        if (run.Used != run.Series.Times)
            return $"used {run.Used} of {run.Series.Times} observation times";
        foreach (var name in Scored)
        {
            if (run.Series.Find(name) is not { } values)
            {
                if (name is "rmse" or "spread")
                    return $"{name} was not recorded";
                continue;
            }
            for (var k = 0; k < values.Length; k++)
                if (!double.IsFinite(values[k]) || values[k] < 0 || (values[k] == 0 && !(mayCollapse && name == "spread")))
                    return $"{name} is {values[k]} at observation time {k}";
        }
        return null;
    }

    private static void AssertSentence(string text)
    {
        Assert.EndsWith(".", text, StringComparison.Ordinal);
        Assert.Contains(' ', text);
    }
}
