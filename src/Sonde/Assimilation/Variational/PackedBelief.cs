using Sonde.Numerics;

namespace Sonde.Assimilation.Variational;

/// <summary>Beliefs as named matrices, so that one belief's memory can hold others.</summary>
internal static class PackedBelief
{
    private const string Mean = "mean", Covariance = "covariance", Variance = "variance", Members = "members", Weights = "weights", Memory = "memory/";

    /// <summary>All of a belief, by name.</summary>
    /// <exception cref="ArgumentException">The belief is neither an ensemble nor a Gaussian.</exception>
    public static IEnumerable<(string Name, Matrix<double> Value)> Parts(IBelief belief)
    {
        switch (belief)
        {
            case EnsembleBelief ensemble:
                yield return (Members, ensemble.Members);
                if (ensemble.Weights is { } weights)
                    yield return (Weights, new(new ReadOnlyBatch<double>(weights)));
                break;
            case GaussianBelief { Covariance: { } covariance } gaussian:
                yield return (Mean, new(new ReadOnlyBatch<double>(gaussian.MeanState)));
                yield return (Covariance, covariance);
                break;
            case GaussianBelief gaussian:
                var variance = new Matrix<double>(1, gaussian.Width);
                gaussian.Variance(variance[0]);
                yield return (Mean, new(new ReadOnlyBatch<double>(gaussian.MeanState)));
                yield return (Variance, variance);
                break;
            default:
                throw new ArgumentException($"A belief of type {belief.GetType().Name} is neither an ensemble nor a Gaussian.", nameof(belief));
        }
        foreach (var (name, value) in belief.Memory)
            yield return (Memory + name, value);
    }

    /// <summary>The belief of these parts.</summary>
    /// <param name="names">Those of all parts.</param>
    /// <param name="part">A part by its name; null where there is none.</param>
    public static IBelief Of(IEnumerable<string> names, Func<string, Matrix<double>?> part)
    {
        var memory = names.Where(name => name.StartsWith(Memory, StringComparison.Ordinal)).ToDictionary(name => name[Memory.Length..], name => part(name)!);
        if (part(Members) is { } members)
            return new EnsembleBelief(members, part(Weights) is { } weights ? [.. weights.Values] : null, memory);
        double[] mean = [.. part(Mean)!.Values];
        return part(Covariance) is { } covariance ? new GaussianBelief(mean, covariance, memory) : new GaussianBelief(mean, [.. part(Variance)!.Values], memory);
    }

    /// <summary>Adds a belief to a memory.</summary>
    public static void Add(Dictionary<string, Matrix<double>> memory, string prefix, IBelief belief)
    {
        foreach (var (name, value) in Parts(belief))
            memory[prefix + name] = value;
    }

    /// <summary>The belief that <see cref="Add"/> put into a memory.</summary>
    public static IBelief Take(IReadOnlyDictionary<string, Matrix<double>> memory, string prefix) =>
        Of(memory.Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Select(name => name[prefix.Length..]), name => memory.GetValueOrDefault(prefix + name));

    /// <summary>The runs of an ensemble of assimilations; what a run shares with the first is kept once.</summary>
    public static Dictionary<string, Matrix<double>> OfRuns(IReadOnlyList<GaussianBelief> runs)
    {
        var packed = new Dictionary<string, Matrix<double>>();
        for (var i = 0; i < runs.Count; i++)
            foreach (var (name, value) in Parts(runs[i]))
                if (i == 0 || !packed.TryGetValue(Run(0) + name, out var first) || !ReferenceEquals(first, value))
                    packed[Run(i) + name] = value;
        return packed;
    }

    /// <summary>What <see cref="OfRuns"/> took; each run owns its mean.</summary>
    public static GaussianBelief[] Runs(IReadOnlyDictionary<string, Matrix<double>> packed, int runs)
    {
        string[] names = [.. packed.Keys.Where(name => name.StartsWith(Run(0), StringComparison.Ordinal)).Select(name => name[Run(0).Length..])];
        return [.. Enumerable.Range(0, runs).Select(i => (GaussianBelief)Of(names, name => packed.GetValueOrDefault(Run(i) + name) ?? packed.GetValueOrDefault(Run(0) + name)))];
    }

    private static string Run(int run) => $"run {run}/";
}
