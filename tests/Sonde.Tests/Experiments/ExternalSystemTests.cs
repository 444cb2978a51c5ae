using System.Globalization;
using Sonde.Dynamics;
using Sonde.Dynamics.Fields;
using Sonde.Experiments;
using Sonde.Experiments.Configuration;
using Sonde.Experiments.Files;
using Sonde.Experiments.Running;
using Sonde.Numerics;
using Sonde.Tests.Files;

namespace Sonde.Tests.Experiments;

/// <summary>The user's own model, run as a command: small scripts stand in for it.</summary>
public sealed class ExternalSystemTests : ExternalScripts
{
    [Fact]
    public void Every_member_is_carried_by_the_command()
    {
        var system = Shell(Decay, parallel: 3);
        var x = Members(5, 4);
        system.Advance(x, 1.5, 0.25, 4, 0, new RandomSource(1));
        var before = Members(5, 4);
        for (var n = 0; n < 5; n++)
            for (var i = 0; i < 4; i++)
                Assert.Equal(i == 3 ? before[n, i] : before[n, i] * Math.Exp(-1), x[n, i], 1e-14);
        Assert.Empty(system.Failures);
        Assert.Empty(Directory.GetFileSystemEntries(Folder.Path));              // no folder of a member stays
    }

    [Theory]
    [InlineData(ExternalFiles.Csv)]
    [InlineData(ExternalFiles.Netcdf)]
    [InlineData(ExternalFiles.Zarr)]
    public void States_pass_through_files_of_any_format_with_the_same_bits(ExternalFiles files)
    {
        var system = new ExternalModel(new ExternalCommand(["cp -r {input} {output}"]), Fields, null, ["rate"], Files: files, Folder: Folder.Path).BuildSystem(Folder.Path);
        var x = Members(3, 4);
        (x[0, 0], x[1, 1], x[2, 2]) = (double.Epsilon, -0.0, double.MaxValue);
        var before = x.Copy();
        system.Advance(x, 0, 1, 1, 0, new RandomSource(1));
        SampleData.AssertSameBits(before.Values.ToArray(), x.Values.ToArray());
    }

    [Fact]
    public void The_same_bits_come_from_any_number_of_threads_and_commands()
    {
        var grid = new TimeGrid(0, 0.1);
        var one = Members(9, 4);
        Forecast.Run(Shell(Decay), grid, new GridTime(0), new GridTime(3, 0.5), one, new RandomSource(3), Workers.One);
        var many = Members(9, 4);
        Forecast.Run(Shell(Decay, parallel: 4), grid, new GridTime(0), new GridTime(3, 0.5), many, new RandomSource(3), new Workers(4));
        SampleData.AssertSameBits(one.Values.ToArray(), many.Values.ToArray());
    }

    [Fact]
    public void Placeholders_reach_the_command_unharmed_by_blanks_and_quotes()
    {
        var here = Folder["it's here; $HOME"];
        Directory.CreateDirectory(here);
        string[] words = ["sh", "-c", "cp \"$1\" \"$2\"; shift 2; printf '%s|' \"$@\" > \"$4/said\"", "sh", "{input}", "{output}", "{start}", "{end}", "{dt}", "{here}", "{steps}", "{member}", "{{x}}"];
        var system = new ExternalModel(new ExternalCommand(words), Fields, null, ["rate"], Folder: Folder.Path).BuildSystem(here);
        system.Advance(Members(1, 4), 0.5, 0.1, 3, 7, new RandomSource(1));
        Assert.Equal($"0.5|{(0.5 + 3 * 0.1).ToString("R", CultureInfo.InvariantCulture)}|0.1|{here}|3|7|{{x}}|", File.ReadAllText(Path.Combine(here, "said")));

        var shell = new ExternalModel(new ExternalCommand(["cp {input} {output}; echo {here} > {here}/said"]), Fields, null, ["rate"], Shell: true, Folder: Folder.Path).BuildSystem(here);
        shell.Advance(Members(1, 4), 0, 1, 1, 0, new RandomSource(1));
        Assert.Equal(here, File.ReadAllText(Path.Combine(here, "said")).Trim());
    }

    [Fact]
    public void A_member_has_the_same_seed_again_and_no_other_has()
    {
        string[] Seeds(int blocks)
        {
            var system = Shell($"cp {{input}} {{output}}; echo {{member}} {{seed}} >> {Folder["seeds"]}");
            File.Delete(Folder["seeds"]);
            var x = Members(6, 4);
            for (var first = 0; first < 6; first += 6 / blocks)
                system.Advance(x.All.Slice(first, 6 / blocks), 0, 1, 1, first, new RandomSource(5));
            return [.. File.ReadAllLines(Folder["seeds"]).Order()];
        }

        var seeds = Seeds(1);
        Assert.Equal(6, seeds.Select(line => line.Split(' ')[1]).Distinct().Count());
        Assert.Equal(seeds, Seeds(3));
    }

    [Fact]
    public void The_state_of_the_file_is_the_mean_of_a_background_that_gives_none()
    {
        DataFiles.Write(Folder["state.zarr"], new DataSet([new Dimension("x", 3)], [new Variable("u", ["x"], new[] { 1.0, 2, 3 })]));
        var model = new ExternalModel(new ExternalCommand(["cp -r {input} {output}"]), State: "state.zarr");
        var prior = new GaussianBackground(Sd: new Numbers([0.5])).Prior(model.BuildSystem(Folder.Path), null, () => throw new InvalidOperationException(), new RandomSource(1));
        Assert.Equal([1, 2, 3], prior.Moments().MeanState);
        AssertRefused("expected the key background.mean", () => new GaussianBackground(Sd: new Numbers([0.5])).Prior(
            (model with { Parameters = ["drag"] }).BuildSystem(Folder.Path), null, () => throw new InvalidOperationException(), new RandomSource(1)));
    }

    [Fact]
    public void No_more_commands_run_at_the_same_time_than_allowed()
    {
        Directory.CreateDirectory(Folder["now"]);
        var command = $"touch {Folder["now"]}/$$; ls {Folder["now"]} | wc -l >> {Folder["counts"]}; sleep 0.05; rm {Folder["now"]}/$$; cp {{input}} {{output}}";
        var system = Shell(command, parallel: 3);
        Parallel.For(0, 4, block => system.Advance(Members(3, 4), 0, 1, 1, 3 * block, new RandomSource(1)));
        var counts = File.ReadAllLines(Folder["counts"]).Select(line => int.Parse(line, CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(12, counts.Length);
        Assert.InRange(counts.Max(), 1, 3);
    }

    [Fact]
    public void A_file_of_one_state_describes_it()
    {
        var nan = double.NaN;
        DataFiles.Write(Folder["state.nc"], new DataSet([new("time", 1), new("lat", 2), new("lon", 3), new("depth", 3)],
        [
            new Variable("time", ["time"], new[] { 12.0 }),
            new Variable("lat", ["lat"], new[] { 50f, 50.5f }, new() { ["units"] = "degrees_north" }),
            new Variable("lon", ["lon"], new[] { -1f, 0f, 1f }, new() { ["units"] = "degrees_east" }),
            new Variable("depth", ["depth"], new[] { 0.0, 10, 50 }),
            new Variable("ssh", ["time", "lat", "lon"], new[] { 1, 2, 3, 4, 5, 6.0 }, new() { ["units"] = "m" }),
            new Variable("sst", ["time", "lat", "lon"], new[] { 10, nan, 12, 13, 14, nan }, new() { ["units"] = "degC" }),
            new Variable("profile", ["depth"], new[] { 0.1, 0.2, 0.3 }),
            new Variable("mask", ["lat", "lon"], new[] { 1, 0, 1, 1, 1, 0 }),
        ]));
        var command = new ExternalCommand([$"cp", "x"]);
        var system = new ExternalModel(command, State: "state.nc", Parameters: ["drag"], Files: ExternalFiles.Netcdf).BuildSystem(Folder.Path);
        Assert.Equal(["ssh", "sst", "profile"], system.Domain.Fields.Select(field => field.Name));
        Assert.Equal(["m", "degC", "1"], system.Domain.Fields.Select(field => field.Unit));
        Assert.Equal(6 + 4 + 3 + 1, system.Domain.Width);
        Assert.IsType<Sphere>(system.Domain.Space);
        Assert.Equal(new RegularGrid(new GridAxis(-1, 1, 3, 360), new GridAxis(50, 0.5, 2)), system.Domain.Fields[0].Grid);
        Assert.Equal(new SpacePoint(1, 50), system.Domain.PointOf(6 + 1));
        Assert.Equal(new SpacePoint(50), system.Domain.PointOf(6 + 4 + 2));
        Assert.Equal([1, 2, 3, 4, 5, 6, 10, 12, 13, 14, 0.1, 0.2, 0.3], system.Example!.Value.ToArray());

        var keep = new ExternalModel(new ExternalCommand(["cp -r {input} {output}"]), State: "state.nc", Parameters: ["drag"], Files: ExternalFiles.Zarr, Folder: ".", Keep: true).BuildSystem(Folder.Path);
        var x = new Matrix<double>(1, 14);
        for (var i = 0; i < 14; i++)
            x[0, i] = 100 + i;
        keep.Advance(x, 0, 1, 2, 0, new RandomSource(1));
        var written = DataFiles.Read(Directory.GetDirectories(Folder.Path, "output.zarr", SearchOption.AllDirectories).Single());
        Assert.Equal([106, nan, 107, 108, 109, nan], written["sst"].ToDoubles());
        Assert.Equal(["time", "lat", "lon"], written["sst"].Schema.Dimensions);
        Assert.Equal(new[] { 1, 0, 1, 1, 1, 0 }, written["mask"].Values);
        Assert.Equal(113, Assert.Single(written["drag"].ToDoubles()));
        Assert.Equal(2.0, written.Attributes.Number("end"));
    }

    [Theory]
    [InlineData("cp {input} {output}")]
    [InlineData("[cp, '{input}', '{output}']")]
    public void A_command_is_a_system_of_an_experiment_file(string command)
    {
        var model = (ExternalModel)Bind(
            $$"""
            kind: command
            command: {{command}}
            fields:
              - { name: h, unit: m, x: { count: 4, start: -1, step: 0.5 }, y: 3 }
              - { name: mean, size: 1 }
            parameters: [drag]
            files: csv
            parallel: 2
            onFailure: resample
            folder: .
            """);
        var system = model.BuildSystem(Folder.Path);
        Assert.Equal(4 * 3 + 1 + 1, system.Domain.Width);
        Assert.IsType<Plane>(system.Domain.Space);
        Assert.Equal(new SpacePoint(0.5, 2), system.Domain.PointOf(11));
        var x = Members(2, 14);
        system.Advance(x, 0, 1, 1, 0, new RandomSource(1));
        SampleData.AssertSameBits(Members(2, 14).Values.ToArray(), x.Values.ToArray());
    }

    [Theory]
    [InlineData("command: 'model {what}'", "The command has no placeholder {what}")]
    [InlineData("command: model\nparallel: 0", "From 1 to 1024 commands run at the same time, not 0")]
    [InlineData("command: model\ntimeLimit: 0", "The time limit is above 0 and at most 1000000 seconds, not 0")]
    [InlineData("command: model\nfields: [{ name: u, x: 0 }]", "a.yaml, line 3: fields[0].x")]
    [InlineData("command: model\nonFailure: ignore", "onFailure is 'ignore'")]
    public void What_does_not_fit_in_an_experiment_file_is_said(string lines, string sentence) =>
        Assert.Contains(sentence, Assert.Throws<InputException>(() => Bind("kind: command\n" + lines)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("The command has no placeholder {outputs}; it knows {input}, {output}", "model {outputs}")]
    [InlineData("A quote ' in the command 'model 'x' is not closed", "model 'x")]
    [InlineData("A command has at least the name of a program", "  ")]
    public void A_command_that_cannot_be_meant_is_refused(string sentence, string command) =>
        Assert.Contains(sentence, Assert.Throws<ArgumentException>(() => new ExternalCommand([command])).Message, StringComparison.Ordinal);

    [Fact]
    public void A_state_that_nobody_described_is_refused()
    {
        var command = new ExternalCommand(["model"]);
        AssertRefused("expected the key 'fields', or 'state'", () => new ExternalModel(command).Build(Folder.Path));
        AssertRefused("Field 'u' does not say how large it is", () => new ExternalModel(command, [new("u")]).Build(Folder.Path));
        AssertRefused("Field 'u' has both a size and an axis", () => new ExternalModel(command, [new("u", Size: 3, X: new(3))]).Build(Folder.Path));
        AssertRefused("are called 'u'", () => new ExternalModel(command, [new("u", Size: 3)], Parameters: ["u"]).Build(Folder.Path));
        AssertRefused("There is no file", () => new ExternalModel(command, State: "absent.nc").Build(Folder.Path));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ExternalModel(command, Parallel: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ExternalModel(command, TimeLimit: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ExternalModel(command, MostFailures: 1));
    }
}
