using System.Globalization;
using Sonde.Dynamics;
using Sonde.Dynamics.Systems;
using Sonde.Numerics;

namespace Sonde.Experiments.Configuration;

/// <summary>x ← M x + η, η ~ N(0, Q), once a step of time.step, with matrices from CSV files without header.</summary>
/// <param name="Transition">The file of M, n lines of n numbers.</param>
/// <param name="Step">The length of a step: time.step.</param>
/// <param name="ModelErrorCovariance">The file of Q, n lines of n numbers; no model error where absent.</param>
/// <param name="Names">Names of the components, one each; x0, x1, … where absent.</param>
public sealed record LinearFiles(string Transition, double Step = 1, string? ModelErrorCovariance = null, IReadOnlyList<string>? Names = null) : ISystemSource
{
    private const int MostComponents = 20_000;

    /// <inheritdoc/>
    public IDynamicalSystem Build(string folder, bool asTruth = false)
    {
        var transition = Read(Path.Combine(folder, Transition));
        if (transition.Rows != transition.Width)
            throw new InputException($"{Transition} has {transition.Rows} lines of {transition.Width} numbers; expected a square matrix.");
        var noise = ModelErrorCovariance is null ? null : Read(Path.Combine(folder, ModelErrorCovariance));
        if (noise is not null && (noise.Rows != transition.Rows || noise.Width != transition.Rows))
            throw new InputException($"{ModelErrorCovariance} has {noise.Rows} lines of {noise.Width} numbers; expected {transition.Rows} of {transition.Rows}, as {Transition}.");
        if (Names is not null && Names.Count != transition.Rows)
            throw new InputException($"system.names is a list of {Names.Count}; expected {transition.Rows} names, one for each line of {Transition}.");
        return new LinearGaussianSystem(transition, noise, Names is null ? null : Domain.Unplaced(Names), Step);
    }

    /// <summary>A matrix from a CSV file without header.</summary>
    /// <exception cref="InputException">The file is missing, empty, ragged, or holds something that is not a finite number.</exception>
    public static Matrix<double> Read(string path)
    {
        if (!File.Exists(path))
            throw new InputException($"{path} was not found; expected a CSV file of numbers.");
        var rows = new List<double[]>();
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
                continue;
            var cells = line.Split(',');
            if (rows.Count > 0 && cells.Length != rows[0].Length)
                throw new InputException($"{path}, line {number}: found {cells.Length} numbers; expected {rows[0].Length}, as in the lines before.");
            if (cells.Length > MostComponents || rows.Count >= MostComponents)
                throw new InputException($"{path}, line {number}: the matrix has more than {MostComponents} lines or columns.");
            rows.Add([.. cells.Select((cell, column) => Parse(cell, path, number, column))]);
        }
        if (rows.Count == 0)
            throw new InputException($"{path} is empty; expected lines of numbers.");
        var matrix = new Matrix<double>(rows.Count, rows[0].Length);
        for (var i = 0; i < rows.Count; i++)
            rows[i].CopyTo(matrix[i]);
        return matrix;
    }

    private static double Parse(string cell, string path, int line, int column) =>
        double.TryParse(cell.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? value
            : throw new InputException($"{path}, line {line}, column {column + 1}: found '{cell.Trim()}'; expected a finite number.");
}
