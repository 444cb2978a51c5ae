using Sonde.Assimilation.Learned;
using Sonde.Networks;
using Sonde.Numerics;

namespace Sonde.Experiments.Files;

/// <summary>What a learned method has learned as a safetensors file: the weights of its network, and its statistics.</summary>
internal static class LearnedFile
{
    private const string NetworkPrefix = "network.";
    private const string StatisticsPrefix = "statistics.";
    private const string MethodKey = "method";

    /// <summary>Writes the file.</summary>
    /// <param name="path">Where.</param>
    /// <param name="kind">Of the method, as files name it.</param>
    /// <param name="network">What was trained.</param>
    /// <param name="state">What was learned.</param>
    public static void Save(string path, string kind, ILayer<float> network, LearnedState state)
    {
        var writer = new SafetensorsWriter();
        writer.SetMetadata(MethodKey, kind);
        NetworkFile.Add(writer, network, state.Weights, NetworkPrefix);
        foreach (var (name, values) in state.Statistics.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            writer.Add<double>(StatisticsPrefix + name, [values.Rows, values.Width], values.Values);
        writer.Write(path);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <param name="kinds">Of the method, and of methods within it.</param>
    /// <param name="network">What the weights are of.</param>
    /// <exception cref="InputException">The file is not there or damaged, or of another method or network.</exception>
    public static LearnedState Load(string path, IReadOnlyCollection<string> kinds, ILayer<float> network)
    {
        var file = SafetensorsFile.Open(path);
        if (file.Metadata.TryGetValue(MethodKey, out var found) && !kinds.Contains(found))
            throw new InputException($"{path} holds what a method of kind '{found}' has learned; expected {string.Join(" or ", kinds.Select(kind => $"'{kind}'"))}.");
        var statistics = new Dictionary<string, Matrix<double>>();
        foreach (var tensor in file.Tensors)
            if (tensor.Name.StartsWith(StatisticsPrefix, StringComparison.Ordinal))
                statistics[tensor.Name[StatisticsPrefix.Length..]] = Read(file, path, tensor);
        return new LearnedState(NetworkFile.Load(path, network, NetworkPrefix), statistics);
    }

    /// <summary>One array that was learned beside the weights; null where the file has none of that name.</summary>
    /// <exception cref="InputException">The file is not there or damaged.</exception>
    public static Matrix<double>? Statistic(string path, string name)
    {
        var file = SafetensorsFile.Open(path);
        return file.Find(StatisticsPrefix + name) is { } tensor ? Read(file, path, tensor) : null;
    }

    private static Matrix<double> Read(SafetensorsFile file, string path, SafetensorsEntry tensor)
    {
        var values = tensor.Shape.Count == 2 ? new Matrix<double>(checked((int)tensor.Shape[0]), checked((int)tensor.Shape[1]))
            : throw new InputException($"{path}: tensor '{tensor.Name}' has {tensor.Shape.Count} dimensions; expected 2.");
        file.Read(tensor.Name, values.Values);
        return values;
    }
}
