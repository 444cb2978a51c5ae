using System.Numerics;
using System.Text.Json.Nodes;
using Sonde.Experiments.Files;
using Sonde.Numerics;
using Sonde.Surrogates;

namespace Sonde.Experiments.Training;

/// <summary>What a surrogate errs by, in the file beside its weights that model.json names.</summary>
internal static class ErrorFile
{
    private const string FileName = "error.safetensors";

    /// <summary>Writes what was measured, rounded to half precision: it is known to fewer digits.</summary>
    public static void Write<T>(string folder, MeasuredError<T> error) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var writer = new SafetensorsWriter();
        writer.Add<double>("deviation", [error.Deviations.Length], error.Deviations, Storage.Half);
        if (error.Patterns.Rows > 0)
            writer.Add<T>("patterns", [error.Patterns.Rows, error.Patterns.Width], error.Patterns.Values, Storage.Half);
        writer.Add<double>("times", [error.Times.Length], error.Times);
        if (error.Parameters.Length > 0)
            writer.Add<double>("parameters", [error.Parameters.Length], error.Parameters);
        writer.Write(Path.Combine(folder, FileName));
    }

    /// <summary>What model.json says of it.</summary>
    public static JsonObject Describe<T>(MeasuredError<T> error) where T : unmanaged, IBinaryFloatingPointIeee754<T> => new()
    {
        ["file"] = FileName, ["trajectories"] = error.Trajectories, ["inPatterns"] = error.InPatterns,
        ["dependsOnParameters"] = error.Parameters.Length > 0,
    };

    /// <summary>Reads it.</summary>
    /// <param name="path">Of the file.</param>
    /// <param name="frame">The surrogate's fields.</param>
    /// <param name="ranges">The surrogate's parameters.</param>
    /// <param name="stepLength">Time between snapshots.</param>
    /// <param name="modes">Which patterns are made of; null without modes of the data.</param>
    /// <exception cref="InputException">The file is not there or not usable.</exception>
    public static SurrogateError Read(string path, FieldFrame frame, IReadOnlyList<ParameterRange> ranges, double stepLength, FieldModes<double>? modes)
    {
        var file = SafetensorsFile.Open(path);
        var (deviations, times, patterns) = (Numbers("deviation"), Numbers("times"), Patterns());
        var parameters = file.Find("parameters") is null ? [] : Numbers("parameters");
        try
        {
            return new(frame, deviations, () => OnGrid(patterns, modes, deviations.Length), times, stepLength, new ParameterFactor(ranges, parameters));
        }
        catch (ArgumentException e)
        {
            throw new InputException($"{path}: {InputException.Sentence(e)}", e);
        }

        double[] Numbers(string name)
        {
            var values = new double[file.Find(name) is { Shape: [var length] } ? length : throw Unusable()];
            file.Read<double>(name, values);
            return values;
        }

        Matrix<double> Patterns()
        {
            if (file.Find("patterns") is not { } found)
                return new Matrix<double>(0, modes?.Count ?? 0);
            if (found.Shape is not [var rows, var width] || width != modes?.Count)
                throw Unusable();
            var values = new Matrix<double>((int)rows, (int)width);
            file.Read("patterns", values.Values);
            return values;
        }

        InputException Unusable() => new(
            $"{path} does not hold a surrogate's errors; expected the tensors deviation [n] and times [t], and where there are any patterns [k, {modes?.Count ?? 0}] and parameters [c].");
    }

    private static Matrix<double> OnGrid(Matrix<double> patterns, FieldModes<double>? modes, int width)
    {
        var fields = new Matrix<double>(patterns.Rows, width);
        if (patterns.Rows > 0)
            Dense.Multiply<double>(patterns, modes!.Modes, fields);
        return fields;
    }
}
