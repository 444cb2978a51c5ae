using System.Numerics;
using System.Text.Json.Nodes;
using Sonde.Dynamics;
using Sonde.Dynamics.Fields;
using Sonde.Experiments.Configuration;
using Sonde.Experiments.Files;
using Sonde.Numerics;
using Sonde.Surrogates;
using Plane = Sonde.Dynamics.Fields.Plane;

namespace Sonde.Experiments.Training;

/// <summary>A surrogate that was trained, in its folder: model.json says what it is, model.safetensors and modes.safetensors hold its numbers, error.safetensors what it errs by.</summary>
public static class SurrogateFile
{
    /// <summary>Reads a surrogate.</summary>
    /// <param name="path">model.json, or the folder that holds it.</param>
    /// <exception cref="InputException">It is not there, not a surrogate, or its parts do not fit one another.</exception>
    public static LatentSurrogate Open(string path)
    {
        var parts = Read<double>(path);
        try
        {
            return new(parts.Dynamics, parts.DynamicsWeights, parts.Decoder, parts.DecoderWeights, parts.Layout.Parameters, parts.Frame, parts.Layout.StepLength)
            {
                TrainedUntil = (parts.Layout.Times - 1) * parts.Layout.StepLength,
                Error = parts.Root["error"] is { } error
                    ? ErrorFile.Read(
                        Path.Combine(parts.Folder, Part(parts.Root, error["file"], "error.file").Text!), parts.Frame, parts.Layout.Parameters, parts.Layout.StepLength,
                        (parts.Decoder as ModalDecoder<double>)?.Modes)
                    : null,
            };
        }
        catch (ArgumentException e)
        {
            throw new InputException($"{parts.File}: {InputException.Sentence(e)}", e);
        }
    }

    /// <summary>Reads the parts of a surrogate.</summary>
    /// <param name="path">model.json, or the folder that holds it.</param>
    /// <exception cref="InputException">It is not there, not a surrogate, or its parts do not fit one another.</exception>
    internal static SurrogateParts<T> Read<T>(string path) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!Directory.Exists(path) && !File.Exists(path))
            throw new InputException($"There is no surrogate {path}; expected the folder that 'sonde train' wrote with kind ldnet, or model.json in it.");
        var file = Directory.Exists(path) ? Path.Combine(path, "model.json") : path;
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        var root = YamlFile.Read(file);
        if (root["kind"]?.Text is var kind && kind != "ldnet")
            throw new InputException($"{file} is of kind '{kind}'; expected ldnet.");
        var binder = new Binder(Catalog.Kinds);
        var layout = binder.Bind<SurrogateLayout>(Part(root, root["surrogate"], "surrogate"));
        var latent = binder.Bind<LatentConfig>(Part(root, root["settings"]?["latent"], "settings.latent"));
        var source = binder.Bind<IDecoderSource>(Part(root, root["settings"]?["decoder"], "settings.decoder"));
        try
        {
            var frame = layout.Frame();
            var dynamics = latent.Build<T>(layout.Parameters.Count);
            var decoder = source.Build(latent.States, frame, _ => StoredModes<T>.Read(folder));
            var weights = Path.Combine(folder, Part(root, root["weights"], "weights").Text!);
            return new(
                file, folder, root, layout, frame, dynamics, NetworkFile.Load(weights, dynamics.Network, "dynamics."), decoder,
                NetworkFile.Load(weights, decoder.Network, "decoder."));
        }
        catch (ArgumentException e)
        {
            throw new InputException($"{file}: {InputException.Sentence(e)}", e);
        }
    }

    /// <summary>What model.json says of a surrogate besides its settings.</summary>
    internal static JsonObject Describe(FieldFrame frame, IReadOnlyList<ParameterRange> ranges, double stepLength, int trajectories, int times)
    {
        var space = frame.Domain.Space;
        var described = new JsonObject
        {
            ["stepLength"] = stepLength,
            ["trajectories"] = trajectories,
            ["times"] = times,
            ["parameters"] = new JsonArray([.. ranges.Select(range => new JsonObject { ["name"] = range.Name, ["least"] = range.Least, ["greatest"] = range.Greatest })]),
            ["fields"] = new JsonArray([.. frame.Domain.Fields.Select((field, f) =>
                Placed(new JsonObject { ["name"] = field.Name, ["unit"] = field.Unit, ["mean"] = frame.Mean[f], ["deviation"] = frame.Deviation[f] }, frame.IsOnOneGrid ? null : field.Grid))]),
            ["space"] = space switch { Line => "line", Plane => "plane", Sphere => "sphere", _ => throw new InputException($"data: fields in a {space.GetType().Name} cannot be written to model.json; expected a line, a plane or a sphere.") },
            ["periods"] = space is Sphere { Radius: var radius } ? new JsonArray(radius) : new JsonArray(space.Periods.X, space.Periods.Y),
        };
        return new JsonObject { ["surrogate"] = Placed(described, frame.IsOnOneGrid ? frame.Domain.Fields[0].Grid : null) };
    }

    /// <summary>Adds a grid to what is said of a field, or of all.</summary>
    private static JsonObject Placed(JsonObject described, IGrid? grid)
    {
        switch (grid)
        {
            case null:
                break;
            case RegularGrid regular:
                described["x"] = Axis(regular.X);
                described["y"] = regular.Y is { } y ? Axis(y) : null;
                break;
            default:
                described["pointsX"] = ModelFile.Numbers<double>([.. grid.Points().Select(point => point.X)]);
                described["pointsY"] = ModelFile.Numbers<double>([.. grid.Points().Select(point => point.Y)]);
                break;
        }
        return described;
    }

    private static JsonObject Axis(GridAxis axis) => new() { ["start"] = axis.Start, ["step"] = axis.Step, ["count"] = axis.Count, ["period"] = axis.Period };

    internal static ConfigNode Part(ConfigNode root, ConfigNode? part, string key) => part ?? throw new InputException($"{root.Where}: the file has no key '{key}'.");
}

/// <summary>A surrogate as its files hold it.</summary>
internal sealed record SurrogateParts<T>(
    string File, string Folder, ConfigNode Root, SurrogateLayout Layout, FieldFrame Frame, LatentDynamics<T> Dynamics, Matrix<T> DynamicsWeights, IDecoder<T> Decoder,
    Matrix<T> DecoderWeights) where T : unmanaged, IBinaryFloatingPointIeee754<T>;

/// <summary>What model.json says of a surrogate besides its settings.</summary>
/// <param name="StepLength">Time of one latent step.</param>
/// <param name="Trajectories">How many it comes from.</param>
/// <param name="Times">Snapshots of each.</param>
/// <param name="Parameters">What they follow from.</param>
/// <param name="Fields">Names, units, normalization.</param>
/// <param name="Space">line, plane or sphere.</param>
/// <param name="Periods">Of the coordinates; the radius of a sphere.</param>
/// <param name="X">The grid of all fields along x.</param>
/// <param name="Y">The grid of all fields along y.</param>
/// <param name="PointsX">Coordinates of points in no order, of all fields.</param>
/// <param name="PointsY">Coordinates of points in no order, of all fields.</param>
internal sealed record SurrogateLayout(
    double StepLength, int Trajectories, int Times, IReadOnlyList<ParameterRange> Parameters, IReadOnlyList<SurrogateField> Fields, string Space,
    IReadOnlyList<double> Periods, SurrogateAxis? X = null, SurrogateAxis? Y = null, IReadOnlyList<double>? PointsX = null, IReadOnlyList<double>? PointsY = null)
{
    /// <summary>The fields.</summary>
    /// <exception cref="ArgumentException">The numbers do not fit one another.</exception>
    public FieldFrame Frame()
    {
        ISpace space = (Space, Periods) switch
        {
            ("line", [var period, ..]) => new Line(period),
            ("plane", [var x, var y]) => new Plane(x, y),
            ("sphere", [var radius]) => new Sphere(radius),
            _ => throw new ArgumentException($"The space is '{Space}' with {Periods.Count} periods; expected line, plane or sphere.", nameof(Space)),
        };
        var shared = SurrogateField.GridOf(X, Y, PointsX, PointsY);
        return new(new Domain(space, [.. Fields.Select(field => new Field(field.Name, field.Unit, field.Grid ?? shared ?? throw new ArgumentException($"The field '{field.Name}' has no grid; expected x and y, or pointsX and pointsY, of its own or of all fields.", nameof(X))))]), [.. Fields.Select(field => field.Mean)], [.. Fields.Select(field => field.Deviation)]);
    }
}

/// <summary>A field of a surrogate, with a grid of its own where fields do not share one.</summary>
internal sealed record SurrogateField(
    string Name, string Unit, double Mean, double Deviation, SurrogateAxis? X = null, SurrogateAxis? Y = null, IReadOnlyList<double>? PointsX = null, IReadOnlyList<double>? PointsY = null)
{
    /// <summary>Its own; null where it lies on the grid of all.</summary>
    public IGrid? Grid => GridOf(X, Y, PointsX, PointsY);

    /// <summary>A grid as model.json describes it; null where it does not.</summary>
    /// <exception cref="ArgumentException">The coordinates of points are not as many along x as along y.</exception>
    public static IGrid? GridOf(SurrogateAxis? x, SurrogateAxis? y, IReadOnlyList<double>? pointsX, IReadOnlyList<double>? pointsY) => (x, pointsX, pointsY) switch
    {
        ({ } along, _, _) => new RegularGrid(along.Axis, y?.Axis),
        (_, null, null) => null,
        (_, { } xs, { } ys) when xs.Count == ys.Count => new ScatteredPoints([.. xs.Zip(ys, (a, b) => new SpacePoint(a, b))]),
        _ => throw new ArgumentException($"Points have {pointsX?.Count ?? 0} and {pointsY?.Count ?? 0} coordinates.", nameof(pointsX)),
    };
}

/// <summary>An axis of a surrogate's grid.</summary>
internal sealed record SurrogateAxis(double Start, double Step, int Count, double Period)
{
    public GridAxis Axis => new(Start, Step, Count, Period);
}
