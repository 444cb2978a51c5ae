using System.Numerics;
using Sonde.Dynamics.Fields;
using Sonde.Experiments.Files;
using Sonde.Numerics;
using Sonde.Surrogates;

namespace Sonde.Experiments.Training;

/// <summary>Modes as they are written: rounded, and as products of functions of the axes where a file asks for that.</summary>
/// <param name="Modes">What is read back.</param>
/// <param name="Factors">How it is written; null for the modes themselves.</param>
/// <param name="Storage">With how many digits.</param>
internal sealed record StoredModes<T>(FieldModes<T> Modes, FactoredModes<T>? Factors, Storage Storage) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const string FileName = "modes.safetensors";

    /// <summary>What becomes of modes when they are written.</summary>
    /// <exception cref="InputException">The points have no order along axes.</exception>
    public static StoredModes<T> Of(FieldModes<T> found, int? functions, FieldFrame frame, Storage storage)
    {
        storage.Round(found.Mean.Values);
        if (functions is not { } count)
        {
            storage.Round(found.Modes.Values);
            return new(found, null, storage);
        }
        if (frame.Grid is not RegularGrid grid)
            throw new InputException($"decoder.factors: {frame.Grid.Count} points in no order have no axes; expected a regular grid.");
        var factors = FactoredModes<T>.Of(found, frame.Fields, grid.Y?.Count ?? 1, count);
        foreach (var part in new[] { factors.Core, factors.AlongY, factors.AlongX })
            storage.Round(part.Values);
        return new(factors.Expand(found.Mean, found.Deviation.Values), factors, storage);
    }

    /// <summary>Writes them beside the weights.</summary>
    public void Write(string folder, int fields)
    {
        var writer = new SafetensorsWriter();
        writer.Add<T>("mean", [Modes.Mean.Width], Modes.Mean.Values, Storage);
        writer.Add<T>("deviation", [Modes.Count], Modes.Deviation.Values);
        if (Factors is { Core: var core, AlongY: var y, AlongX: var x })
        {
            writer.Add<T>("core", [core.Rows, fields, y.Rows / fields, x.Rows / fields], core.Values, Storage);
            writer.Add<T>("alongY", [fields, y.Rows / fields, y.Width], y.Values, Storage);
            writer.Add<T>("alongX", [fields, x.Rows / fields, x.Width], x.Values, Storage);
        }
        else
            writer.Add<T>("modes", [Modes.Count, Modes.Modes.Width], Modes.Modes.Values, Storage);
        writer.Write(Path.Combine(folder, FileName));
    }

    /// <summary>Reads what was written.</summary>
    /// <exception cref="InputException">The file is not usable.</exception>
    public static FieldModes<T> Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        var file = SafetensorsFile.Open(path);
        var (mean, deviation) = (Tensor(file, "mean", 1), Tensor(file, "deviation", 1));
        try
        {
            if (file.Find("core") is not { Shape: [_, var fields, _, _] })
                return new(mean, Tensor(file, "modes", 2), deviation.Values);
            var (core, alongY, alongX) = (Tensor(file, "core", 4), Tensor(file, "alongY", 3), Tensor(file, "alongX", 3));
            return new FactoredModes<T>(core, alongY, alongX, (int)fields).Expand(mean, deviation.Values);
        }
        catch (ArgumentException e)
        {
            throw new InputException($"{path}: {InputException.Sentence(e)}", e);
        }

        Matrix<T> Tensor(SafetensorsFile from, string name, int dimensions)
        {
            if (from.Find(name) is not { Shape: var shape } || shape.Count != dimensions)
                throw new InputException(
                    $"{path} does not hold modes; expected the tensors mean [n], deviation [k] and modes [k, n], or core [k, fields, a, b], alongY [fields, a, y] and alongX [fields, b, x].");
            var rows = name == "core" ? shape[0] : dimensions == 1 ? 1 : shape.Take(dimensions - 1).Aggregate(1L, (product, length) => product * length);
            var values = new Matrix<T>((int)rows, (int)(shape.Aggregate(1L, (product, length) => product * length) / Math.Max(1, rows)));
            from.Read(name, values.Values);
            return values;
        }
    }
}
