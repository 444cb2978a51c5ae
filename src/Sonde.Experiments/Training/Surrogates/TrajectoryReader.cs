using System.Numerics;
using System.Runtime.CompilerServices;
using Sonde.Dynamics;
using Sonde.Dynamics.Fields;
using Sonde.Experiments.Files;
using Sonde.Numerics;
using Plane = Sonde.Dynamics.Fields.Plane;

namespace Sonde.Experiments.Training;

/// <summary>
/// Reads trajectories from Zarr or NetCDF: fields with dimensions trajectory, time and a grid (y and x, latitude and longitude, x alone, or one of
/// points with variables x and y along it; fields of a staggered grid have dimensions of their own, such as y_v and x_v), parameters with the
/// dimension trajectory, or with trajectory and time and one value over all times.
/// </summary>
internal static class TrajectoryReader
{
    private const double BytesOfGibibyte = 1 << 30;
    private static readonly string[] Longitudes = ["longitude", "lon"], Latitudes = ["latitude", "lat"];

    /// <exception cref="InputException">The file does not fit, in one sentence that says what was found and what was expected.</exception>
    public static Trajectories<T> Read<T>(TrajectoriesConfig config, string path) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var reader = DataFiles.Open(path);
        var names = config.Fields ?? [.. reader.Schema.Variables.Where(IsField).Select(variable => variable.Name)];
        if (names.Count == 0)
            throw new InputException($"{reader.Location} has 0 variables with the dimensions trajectory, time and those of a grid; expected 1 or more.");
        var fields = names.Select(name => Field(reader, name)).ToArray();
        var domain = DomainOf(reader, fields, config.Periods ?? []);
        var times = Times(reader, config.Every);
        var count = checked((int)reader.Schema.Dimension("trajectory").Length);
        var parameters = config.Parameters ?? [.. reader.Schema.Variables.Where(IsParameter).Select(variable => variable.Name)];
        var values = new Matrix<double>(count, parameters.Count);
        for (var p = 0; p < parameters.Count; p++)
            ReadParameter(reader, parameters[p], values, p);
        var snapshots = new FileSnapshots<T>(path, domain, count, times.Count, config.Every);
        var fits = snapshots.Width * (double)count * times.Count * Unsafe.SizeOf<T>() <= config.Memory * BytesOfGibibyte;
        return new(domain, times.Interval, parameters, values, fits ? HeldSnapshots<T>.Of(snapshots) : snapshots);
    }

    private static bool IsField(VariableSchema variable) => variable.Dimensions is ["trajectory", "time", _, ..];

    private static bool IsParameter(VariableSchema variable) => variable.Dimensions is ["trajectory"] or ["trajectory", "time"] && variable.Name is not "trajectory";

    private static VariableSchema Field(IDataReader reader, string name)
    {
        var variable = reader.Require(name);
        return IsField(variable) && variable.Dimensions.Count <= 4 ? variable
            : throw new InputException($"'{name}' in {reader.Location} has the dimensions {string.Join(", ", variable.Dimensions)}; expected trajectory, time and 1 or 2 of a grid.");
    }

    /// <summary>Fields with the same dimensions share a grid; those of a staggered one have dimensions of their own.</summary>
    private static Domain DomainOf(IDataReader reader, VariableSchema[] fields, IReadOnlyList<double> periods)
    {
        var grids = new Dictionary<string, (ISpace Space, IGrid Grid)>();
        foreach (var field in fields)
            if (!grids.ContainsKey(DimensionsOf(field)))
                grids.Add(DimensionsOf(field), Grid(reader, [.. field.Dimensions.Skip(2)], periods));
        var (space, _) = grids[DimensionsOf(fields[0])];
        if (fields.FirstOrDefault(field => !Equals(grids[DimensionsOf(field)].Space, space)) is { } other)
            throw new InputException(
                $"'{other.Name}' in {reader.Location} has the dimensions {DimensionsOf(other)} but '{fields[0].Name}' has {DimensionsOf(fields[0])}; expected 1 line, plane or sphere for all fields.");
        return new(space, [.. fields.Select(field => new Field(field.Name, field.Attributes.Text("units") ?? "1", grids[DimensionsOf(field)].Grid))]);

        static string DimensionsOf(VariableSchema field) => string.Join(", ", field.Dimensions.Skip(2));
    }

    private static (ISpace Space, IGrid Grid) Grid(IDataReader reader, string[] dimensions, IReadOnlyList<double> periods)
    {
        var (periodX, periodY) = (periods.Count > 0 ? periods[0] : 0, periods.Count > 1 ? periods[1] : 0);
        if (dimensions is [var y, var x])
        {
            var isSphere = IsOneOf(Longitudes, x) && IsOneOf(Latitudes, y);
            var regular = new RegularGrid(Axis(reader, x, isSphere ? 360 : periodX), Axis(reader, y, periodY));
            return (isSphere ? new Sphere() : new Plane(periodX, periodY), regular);
        }
        var only = dimensions[0];
        if (only != "x" && reader.Schema.Find("x") is { Dimensions: [var along] } && along == only && reader.Schema.Find("y") is { Dimensions: [var beside] } && beside == only)
        {
            var (xs, ys) = (reader.ReadDoubles("x"), reader.ReadDoubles("y"));
            return (new Plane(periodX, periodY), new ScatteredPoints([.. xs.Zip(ys, (a, b) => new SpacePoint(a, b))]));
        }
        return (new Line(periodX), new RegularGrid(Axis(reader, only, periodX)));
    }

    /// <summary>True for a name such as lon, and for those of staggered grids, such as lon_v.</summary>
    private static bool IsOneOf(string[] names, string name) => names.Contains(name.Split('_')[0]);

    private static GridAxis Axis(IDataReader reader, string name, double period)
    {
        var length = checked((int)reader.Schema.Dimension(name).Length);
        if (reader.Schema.Find(name) is null)
            return new GridAxis(0, 1, length, period);
        var coordinates = reader.ReadDoubles(name);
        var step = length > 1 ? (coordinates[^1] - coordinates[0]) / (length - 1) : 1;
        for (var i = 0; i < length; i++)
            if (!(Math.Abs(coordinates[i] - coordinates[0] - i * step) <= 1e-4 * Math.Abs(step)))
                throw new InputException($"'{name}' in {reader.Location} is {coordinates[i]} at {i} where equal steps of {step} lead to {coordinates[0] + i * step}; expected equal steps, or points with variables x and y.");
        try
        {
            return new GridAxis(coordinates[0], step, length, period);
        }
        catch (ArgumentException e)
        {
            throw new InputException($"'{name}' in {reader.Location}: {InputException.Sentence(e)}", e);
        }
    }

    private static (int Count, double Interval) Times(IDataReader reader, int every)
    {
        var times = reader.ReadDoubles("time").Where((_, k) => k % every == 0).ToArray();
        if (times.Length < 2)
            throw new InputException($"{reader.Location} has {times.Length} times to keep; expected 2 or more.");
        var interval = (times[^1] - times[0]) / (times.Length - 1);
        for (var k = 0; k < times.Length; k++)
            if (!(Math.Abs(times[k] - times[0] - k * interval) <= 1e-4 * interval))
                throw new InputException($"The times in {reader.Location} are not equally spaced: {times[k]} stands where {times[0] + k * interval} was expected.");
        return (times.Length, interval);
    }

    private static void ReadParameter(IDataReader reader, string name, Matrix<double> values, int column)
    {
        var variable = reader.Require(name);
        if (!IsParameter(variable))
            throw new InputException($"'{name}' in {reader.Location} has the dimensions {string.Join(", ", variable.Dimensions)}; expected trajectory, or trajectory and time.");
        var read = reader.ReadDoubles(name);
        var times = read.Length / values.Rows;
        for (var i = 0; i < values.Rows; i++)
        {
            values[i, column] = read[i * times];
            for (var k = 0; k < times; k++)
                if (!(Math.Abs(read[i * times + k] - read[i * times]) <= 1e-9 * Math.Abs(read[i * times])))
                    throw new InputException($"'{name}' in {reader.Location} is {read[i * times]} at the start of trajectory {i} but {read[i * times + k]} at time {k}; expected parameters that stay.");
        }
    }
}
