using System.Numerics;
using Sonde.Networks;
using Sonde.Numerics;

namespace Sonde.Experiments.Files;

/// <summary>A network's weights in a safetensors file, each array under its name: what PyTorch calls a state dict.</summary>
public static class NetworkFile
{
    /// <summary>Writes the weights of one network.</summary>
    /// <param name="path">The file.</param>
    /// <param name="layer">The network.</param>
    /// <param name="weights">[1, n].</param>
    /// <param name="prefix">Before each name, such as "decoder.".</param>
    /// <exception cref="ArgumentException">There are more or fewer weights than the network has.</exception>
    public static void Save<T>(string path, ILayer<T> layer, Matrix<T> weights, string prefix = "") where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var writer = new SafetensorsWriter();
        Add(writer, layer, weights, prefix);
        writer.Write(path);
    }

    /// <summary>Adds the weights of a network to a file that is to hold several.</summary>
    /// <param name="writer">The file.</param>
    /// <param name="layer">The network.</param>
    /// <param name="weights">[1, n].</param>
    /// <param name="prefix">Before each name.</param>
    /// <param name="storage">With how many digits.</param>
    /// <exception cref="ArgumentException">There are more or fewer weights than the network has, or a name is taken.</exception>
    public static void Add<T>(SafetensorsWriter writer, ILayer<T> layer, Matrix<T> weights, string prefix = "", Storage storage = Storage.Full) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(weights);
        if (weights.Values.Length != layer.WeightCount)
            throw new ArgumentException($"The network has {layer.WeightCount} weights, but {weights.Values.Length} were given.", nameof(weights));
        var offset = 0;
        foreach (var array in layer.Weights)
        {
            writer.Add<T>(prefix + array.Name, array.Shape, weights.Values.Slice(offset, array.Count), storage);
            offset += array.Count;
        }
    }

    /// <summary>Reads the weights of a network, by name, whatever their order and precision.</summary>
    /// <param name="path">The file.</param>
    /// <param name="layer">The network.</param>
    /// <param name="prefix">Before each name; tensors whose names begin otherwise are none of this network's.</param>
    /// <returns>[1, n].</returns>
    /// <exception cref="InputException">The file is not usable, or its tensors are not those of the network.</exception>
    public static Matrix<T> Load<T>(string path, ILayer<T> layer, string prefix = "") where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(prefix);
        var file = SafetensorsFile.Open(path);
        var faults = Faults(file, layer.Weights, prefix);
        if (faults.Count > 0)
            throw new InputException($"{path} does not fit the network: {string.Join(", ", faults)}.");
        var weights = new Matrix<T>(1, layer.WeightCount);
        var offset = 0;
        foreach (var array in layer.Weights)
        {
            file.Read(prefix + array.Name, weights.Values.Slice(offset, array.Count));
            offset += array.Count;
        }
        return weights;
    }

    private static List<string> Faults(SafetensorsFile file, IReadOnlyList<WeightArray> arrays, string prefix)
    {
        var faults = new List<string>();
        foreach (var array in arrays)
        {
            var name = prefix + array.Name;
            var found = file.Find(name);
            if (found is null)
                faults.Add($"tensor '{name}' [{string.Join(", ", array.Shape)}] is missing");
            else if (!found.Shape.SequenceEqual(array.Shape.Select(size => (long)size)))
                faults.Add($"tensor '{name}' is [{string.Join(", ", found.Shape)}] where [{string.Join(", ", array.Shape)}] was expected");
        }
        var known = arrays.Select(array => prefix + array.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var tensor in file.Tensors)
            if (tensor.Name.StartsWith(prefix, StringComparison.Ordinal) && !known.Contains(tensor.Name))
                faults.Add($"tensor '{tensor.Name}' [{string.Join(", ", tensor.Shape)}] is surplus");
        return faults;
    }
}
