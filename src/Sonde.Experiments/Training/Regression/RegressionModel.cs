using Sonde.Calculus;
using Sonde.Experiments.Configuration;
using Sonde.Experiments.Files;
using Sonde.Experiments.Training.Layers;
using Sonde.Networks;
using Sonde.Networks.Training;

namespace Sonde.Experiments.Training;

/// <summary>A regression that was trained, read from its folder: from inputs to targets in the units of the data, in double precision.</summary>
public sealed class RegressionModel
{
    private RegressionModel(Side inputs, Side targets, IMap<double> map) => (Inputs, Targets, Map) = (inputs.Names, targets.Names, map);

    /// <summary>The variables read, in the order of a row.</summary>
    public IReadOnlyList<string> Inputs { get; }

    /// <summary>The variables written, in the order of a row.</summary>
    public IReadOnlyList<string> Targets { get; }

    /// <summary>From rows of inputs to rows of targets, with tangent and adjoint.</summary>
    public IMap<double> Map { get; }

    /// <summary>Reads a model.</summary>
    /// <param name="path">model.json, or the folder that holds it.</param>
    /// <exception cref="InputException">It is not there, not a regression, or its parts do not fit one another.</exception>
    public static RegressionModel Open(string path)
    {
        var file = Directory.Exists(path) ? Path.Combine(path, "model.json") : path;
        var root = YamlFile.Read(file);
        if (root["kind"]?.Text is var kind && kind != "regression")
            throw new InputException($"{file} is of kind '{kind}'; expected regression.");
        var binder = new Binder(Catalog.Kinds);
        var source = binder.Bind<ILayerSource>(Part(root, root["settings"]?["network"], "settings.network"));
        var inputs = binder.Bind<Side>(Part(root, root["inputs"], "inputs"));
        var targets = binder.Bind<Side>(Part(root, root["targets"], "targets"));
        var network = NetworkBuilder.Build<double>(source, $"{file}: settings.network", inputs.Image, targets.Image);
        var weights = NetworkFile.Load(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, Part(root, root["weights"], "weights").Text!), network);
        var (x, y) = (inputs.Columns, targets.Columns);
        return new(inputs, targets, Calculus.Map.Of<double>(
            network.InputWidth, network.OutputWidth,
            rows => y.Restore(network.Apply(x.Normalize(rows), rows.Tape.Constant(weights), Pass.Deterministic))));
    }

    private static ConfigNode Part(ConfigNode root, ConfigNode? part, string key) => part ?? throw new InputException($"{root.Where}: the file has no key '{key}'.");

    /// <summary>What model.json says of inputs or targets.</summary>
    internal sealed record Side(IReadOnlyList<string> Names, IReadOnlyList<int> Shape, IReadOnlyList<double> Mean, IReadOnlyList<double> Deviation)
    {
        public IReadOnlyList<int> Shape { get; init; } = Shape.Count == 3 ? Shape : throw new ArgumentException($"A shape is 3 numbers, not {Shape.Count}.", nameof(Shape));

        public ImageShape Image => new(Shape[0], Shape[1], Shape[2]);

        public NormalizedColumns<double> Columns { get; } = new([.. Mean], [.. Deviation]);
    }
}
