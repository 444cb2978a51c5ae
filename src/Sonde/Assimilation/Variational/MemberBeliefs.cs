using Sonde.Numerics;

namespace Sonde.Assimilation.Variational;

/// <summary>
/// The beliefs of an ensemble's runs, each Gaussian, as memory of one belief. Covariances and memories that a run shares with the first are kept once.
/// </summary>
internal static class MemberBeliefs
{
    private const string Mean = "mean", Covariance = "covariance", Variance = "variance", Memory = "memory/";

    /// <summary>Everything, by name.</summary>
    public static Dictionary<string, Matrix<double>> Pack(IReadOnlyList<GaussianBelief> runs)
    {
        var packed = new Dictionary<string, Matrix<double>>();
        for (var i = 0; i < runs.Count; i++)
            foreach (var (name, value) in Parts(runs[i]))
                if (i == 0 || !packed.TryGetValue(Name(0, name), out var first) || !ReferenceEquals(first, value))
                    packed[Name(i, name)] = value;
        return packed;
    }

    /// <summary>What <see cref="Pack"/> took; each run owns its mean.</summary>
    public static GaussianBelief[] Unpack(IReadOnlyDictionary<string, Matrix<double>> packed, int runs)
    {
        var names = packed.Keys.Where(name => name.StartsWith(Name(0, Memory), StringComparison.Ordinal)).Select(name => name[Name(0, "").Length..]).ToArray();
        var beliefs = new GaussianBelief[runs];
        for (var i = 0; i < runs; i++)
        {
            double[] mean = [.. Part(i, Mean)!.Values];
            var memory = names.ToDictionary(name => name[Memory.Length..], name => Part(i, name)!);
            beliefs[i] = Part(i, Covariance) is { } covariance ? new(mean, covariance, memory) : new(mean, [.. Part(i, Variance)!.Values], memory);
        }
        return beliefs;

        Matrix<double>? Part(int i, string name) => packed.GetValueOrDefault(Name(i, name)) ?? packed.GetValueOrDefault(Name(0, name));
    }

    private static IEnumerable<(string Name, Matrix<double> Value)> Parts(GaussianBelief belief)
    {
        yield return (Mean, new(new ReadOnlyBatch<double>(belief.MeanState)));
        if (belief.Covariance is { } covariance)
        {
            yield return (Covariance, covariance);
        }
        else
        {
            var variance = new Matrix<double>(1, belief.Width);
            belief.Variance(variance[0]);
            yield return (Variance, variance);
        }
        foreach (var (name, value) in belief.Memory)
            yield return (Memory + name, value);
    }

    private static string Name(int run, string part) => $"run {run}/{part}";
}
