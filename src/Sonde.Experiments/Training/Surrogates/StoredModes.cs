using System.Numerics;
using Sonde.Dynamics.Fields;
using Sonde.Experiments.Files;
using Sonde.Numerics;
using Sonde.Surrogates;

namespace Sonde.Experiments.Training;

/// <summary>Modes as they are written: rounded, and as products of functions of the axes where a file asks for that.</summary>
/// <param name="Modes">What is read back.</param>
/// <param name="Factors">How it is written; null for the modes themselves.</param>
/// <param name="InBytes">Whether a number of them is a byte.</param>
/// <param name="Storage">With how many digits numbers are written otherwise.</param>
internal sealed record StoredModes<T>(FieldModes<T> Modes, FactoredModes<T>? Factors, bool InBytes, Storage Storage) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const string FileName = "modes.safetensors";

    /// <summary>What becomes of modes when they are written; they are changed.</summary>
    /// <exception cref="InputException">The points have no order along axes.</exception>
    public static StoredModes<T> Of(FieldModes<T> found, int? functions, ModeStorage storage, FieldFrame frame, Storage otherwise)
    {
        var (inBytes, grid) = (storage == ModeStorage.Byte, frame.Domain.Fields[0].Grid as RegularGrid);
        if (functions is not null && frame.Domain.Fields.FirstOrDefault(field => field.Grid is not RegularGrid own || !own.Shape.SequenceEqual(grid?.Shape ?? [])) is { } odd)
            throw new InputException($"decoder.factors: the field '{odd.Name}' has {string.Join(" x ", odd.Grid.Shape)} points{(odd.Grid is RegularGrid ? "" : " in no order")}; expected regular grids, of one shape for all fields.");
        var factors = functions is { } count ? FactoredModes<T>.Of(found, frame.Fields, grid!.Y?.Count ?? 1, count) : null;
        otherwise.Round(found.Mean.Values);
        if (inBytes)
            ByteModes.Round(factors?.Core ?? found.Modes);
        else
            otherwise.Round((factors?.Core ?? found.Modes).Values);
        otherwise.Round(factors is null ? [] : factors.AlongY.Values);
        otherwise.Round(factors is null ? [] : factors.AlongX.Values);
        return new(factors?.Expand(found.Mean, found.Deviation.Values) ?? found, factors, inBytes, otherwise);
    }

    /// <summary>Writes them beside the weights.</summary>
    public void Write(string folder, int fields)
    {
        var writer = new SafetensorsWriter();
        writer.Add<T>("mean", [Modes.Mean.Width], Modes.Mean.Values, Storage);
        writer.Add<T>("deviation", [Modes.Count], Modes.Deviation.Values);
        var (name, rows, shape) = ("modes", Modes.Modes, new[] { Modes.Count, Modes.Modes.Width });
        if (Factors is { Core: var core, AlongY: var y, AlongX: var x })
        {
            (name, rows, shape) = ("core", core, [core.Rows, fields, y.Rows / fields, x.Rows / fields]);
            writer.Add<T>("alongY", [fields, y.Rows / fields, y.Width], y.Values, Storage);
            writer.Add<T>("alongX", [fields, x.Rows / fields, x.Width], x.Values, Storage);
        }
        if (InBytes)
        {
            var (scales, bytes) = ByteModes.Split(rows);
            writer.Add(name, shape, bytes);
            writer.Add<T>("scale", [rows.Rows], scales);
        }
        else
        {
            writer.Add<T>(name, shape, rows.Values, Storage);
        }
        writer.Write(Path.Combine(folder, FileName));
    }

    /// <summary>Reads what was written.</summary>
    /// <exception cref="InputException">The file is not usable.</exception>
    public static FieldModes<T> Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        var file = SafetensorsFile.Open(path);
        var isFactored = file.Find("core") is not null;
        var (mean, deviation, rows) = (Tensor("mean", 0, 1), Tensor("deviation", 0, 1), isFactored ? Tensor("core", 1, 4) : Tensor("modes", 1, 2));
        if (file.Find("scale") is not null && Tensor("scale", 0, 1) is var scales && scales.Width == rows.Rows)
            ByteModes.Scale(rows, scales.Values);
        try
        {
            return isFactored
                ? new FactoredModes<T>(rows, Tensor("alongY", 2, 3), Tensor("alongX", 2, 3), (int)file.Find("core")!.Shape[1]).Expand(mean, deviation.Values)
                : new(mean, rows, deviation.Values);
        }
        catch (ArgumentException e)
        {
            throw new InputException($"{path} does not hold modes: {InputException.Sentence(e)}", e);
        }

        Matrix<T> Tensor(string name, int rowDimensions, int dimensions)
        {
            if (file.Find(name) is not { Shape: var shape } || shape.Count != dimensions)
                throw new InputException(
                    $"{path} does not hold modes; expected the tensors mean [n], deviation [k] and modes [k, n], or core [k, fields, a, b], alongY [fields, a, y] and alongX [fields, b, x].");
            var values = new Matrix<T>((int)Product(shape.Take(rowDimensions)), (int)Product(shape.Skip(rowDimensions)));
            file.Read(name, values.Values);
            return values;
        }
    }

    private static long Product(IEnumerable<long> lengths) => lengths.Aggregate(1L, (product, length) => product * length);
}
