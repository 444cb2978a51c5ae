using Sonde.Experiments;
using Sonde.Experiments.Files;
using Sonde.Experiments.Running;
using Sonde.Experiments.Training;
using Sonde.Numerics;
using Sonde.Observing.Operators;
using Sonde.Tests.Files;

namespace Sonde.Tests.Training;

/// <summary>Fields that lie half a cell apart: u and v are the same wave, at other points.</summary>
public sealed class StaggeredSurrogateTests : IDisposable
{
    private const int Count = 12, Times = 15, Size = 16;
    private const double Interval = 0.3, Cell = Math.Tau / Size;
    private readonly ScratchFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("{ kind: separable, modes: 3, network: dense }", 0.03)]
    [InlineData("{ kind: separable, modes: 4, network: dense, trunk: { kind: mlp, hidden: [24, 24] } }", 0.15)]
    [InlineData("{ kind: coordinate, frequencies: 2, network: { kind: mlp, hidden: [24, 24], activation: tanh } }", 0.15)]
    public void Fields_half_a_cell_apart_are_learned_and_read_at_their_own_places(string decoder, double tolerance)
    {
        Write(Size);
        var surrogate = Train($$"""
            name: staggered
            seed: 2
            kind: ldnet
            precision: double
            points: 12
            data: { file: staggered.nc, periods: [6.283185307179586] }
            latent: { states: 3, step: 0.3, network: dense }
            decoder: {{decoder}}
            training: { rate: 0.02, schedule: cosine, epochs: 600, batch: 12, validation: 0.25, polish: { iterations: 800, round: 400 } }
            """);
        Assert.Equal((0, 0.5 * Cell), (surrogate.Fields.PointOf(0)!.Value.X, surrogate.Fields.PointOf(Size)!.Value.X));
        var (amplitude, rows) = (new Matrix<double>(1, 1), new Matrix<double>(1, surrogate.Width));
        amplitude[0, 0] = 1.4;
        surrogate.Start(amplitude, rows);
        surrogate.Advance(rows, 0, surrogate.StepLength, 4, 0, new RandomSource(0));
        double[] places = [0, 1.5 * Cell, 4.2 * Cell, 7.25 * Cell, 15.75 * Cell];
        var read = new Matrix<double>(1, 2 * places.Length);
        FieldReader.Read(surrogate.Fields, [.. from field in (int[])[0, 1] from x in places select Probe.At(field, new(x))]).Apply(rows, read);
        for (var i = 0; i < read.Width; i++)                            // half a cell aside would be 0.27
            Assert.Equal(1.4 * Math.Sin(places[i % places.Length] + 4 * Interval), read[0, i], tolerance);
    }

    [Fact]
    public void Fields_may_have_other_numbers_of_points()
    {
        Write(Size - 1);                                                 // v lies between the points of u
        var surrogate = Train("""
            name: staggered
            kind: ldnet
            precision: double
            data: { file: staggered.nc }
            latent: { states: 3, step: 0.3, network: dense }
            decoder: { kind: separable, modes: 3, network: dense }
            training: { rate: 0.02, epochs: 30, batch: 12, validation: 0.25 }
            """);
        Assert.Equal((Size, Size - 1, 2 * Size - 1), (surrogate.Fields.Fields[0].Grid.Count, surrogate.Fields.Fields[1].Grid.Count, surrogate.Fields.FieldWidth));
        Assert.NotNull(surrogate.Error);
    }

    [Fact]
    public void Products_of_axes_need_one_shape()
    {
        Write(Size - 1);
        var refused = Assert.Throws<InputException>(() => Train("""
            name: staggered
            kind: ldnet
            data: { file: staggered.nc }
            latent: { states: 3, network: dense }
            decoder: { kind: separable, modes: 3, factors: 2, network: dense }
            training: { epochs: 1 }
            """));
        Assert.Equal("decoder.factors: the field 'v' has 15 points; expected regular grids, of one shape for all fields.", refused.Message);
    }

    [Fact]
    public void Fields_of_a_line_and_a_plane_are_refused()
    {
        DataFiles.Write(folder["staggered.nc"], new DataSet(
            [new("trajectory", 2), new("time", 2), new("x", 2), new("y", 1)],
            [
                Variable("time", [0, 1], "time"), Variable("p", [0, 1], "trajectory"), Variable("u", new double[8], "trajectory", "time", "x"),
                Variable("v", new double[8], "trajectory", "time", "y", "x"),
            ]));
        var refused = Assert.Throws<InputException>(() => Train("name: staggered\nkind: ldnet\ndata: { file: staggered.nc }\nlatent: { states: 3, network: dense }\ndecoder: { kind: separable, modes: 3, network: dense }\ntraining: { epochs: 1 }\n"));
        Assert.EndsWith("has the dimensions y, x but 'u' has x; expected 1 line, plane or sphere for all fields.", refused.Message, StringComparison.Ordinal);
    }

    private void Write(int besideCount)
    {
        var (p, u, v) = (new double[Count], new double[Count * Times * Size], new double[Count * Times * besideCount]);
        for (var i = 0; i < Count; i++)
            for (var k = 0; k < Times; k++)
            {
                p[i] = 1 + 0.1 * i;
                for (var j = 0; j < Size; j++)
                    u[(i * Times + k) * Size + j] = p[i] * Math.Sin(j * Cell + k * Interval);
                for (var j = 0; j < besideCount; j++)
                    v[(i * Times + k) * besideCount + j] = p[i] * Math.Sin((j + 0.5) * Cell + k * Interval);
            }
        DataFiles.Write(folder["staggered.nc"], new DataSet(
            [new("trajectory", Count), new("time", Times), new("x_u", Size), new("x_v", besideCount)],
            [
                Variable("time", [.. Enumerable.Range(0, Times).Select(k => k * Interval)], "time"),
                Variable("x_u", [.. Enumerable.Range(0, Size).Select(j => j * Cell)], "x_u"),
                Variable("x_v", [.. Enumerable.Range(0, besideCount).Select(j => (j + 0.5) * Cell)], "x_v"),
                Variable("amplitude", p, "trajectory"),
                Variable("u", u, "trajectory", "time", "x_u"),
                Variable("v", v, "trajectory", "time", "x_v"),
            ]));
    }

    private static Variable Variable(string name, double[] values, params string[] dimensions) => new(new VariableSchema(name, DataType.Real64, dimensions), values);

    private Sonde.Surrogates.LatentSurrogate Train(string yaml)
    {
        File.WriteAllText(folder["staggered.yaml"], yaml);
        TrainingRunner.Run(new RunRequest(folder["staggered.yaml"]) { Out = folder["model"] });
        return SurrogateFile.Open(folder["model"]);
    }
}
