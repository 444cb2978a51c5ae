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
public sealed class ExternalSystemTests : IDisposable
{
    // dx/dt = −x for every variable but the last column's parameters, which stay.
    private const string Decay = """awk -F, -v h=$(echo {end} {start} | awk '{{print $1-$2}}') 'NR==1{{print;next}} $1=="rate"{{print;next}} {{printf "%s,%s,%.17g\n",$1,$2,$3*exp(-h)}}' {input} > {output}""";
    private readonly ScratchFolder folder = new();

    public void Dispose() => folder.Dispose();

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
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));              // no folder of a member stays
    }

    [Theory]
    [InlineData(ExternalFiles.Csv)]
    [InlineData(ExternalFiles.Netcdf)]
    [InlineData(ExternalFiles.Zarr)]
    public void States_pass_through_files_of_any_format_with_the_same_bits(ExternalFiles files)
    {
        var system = new ExternalModel(new ExternalCommand(["cp -r {input} {output}"]), Fields, null, ["rate"], Files: files, Folder: folder.Path).BuildSystem(folder.Path);
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
        var here = folder["it's here; $HOME"];
        Directory.CreateDirectory(here);
        string[] words = ["sh", "-c", "cp \"$1\" \"$2\"; shift 2; printf '%s|' \"$@\" > \"$4/said\"", "sh", "{input}", "{output}", "{start}", "{end}", "{dt}", "{here}", "{steps}", "{member}", "{{x}}"];
        var system = new ExternalModel(new ExternalCommand(words), Fields, null, ["rate"], Folder: folder.Path).BuildSystem(here);
        system.Advance(Members(1, 4), 0.5, 0.1, 3, 7, new RandomSource(1));
        Assert.Equal($"0.5|{(0.5 + 3 * 0.1).ToString("R", CultureInfo.InvariantCulture)}|0.1|{here}|3|7|{{x}}|", File.ReadAllText(Path.Combine(here, "said")));

        var shell = new ExternalModel(new ExternalCommand(["cp {input} {output}; echo {here} > {here}/said"]), Fields, null, ["rate"], Shell: true, Folder: folder.Path).BuildSystem(here);
        shell.Advance(Members(1, 4), 0, 1, 1, 0, new RandomSource(1));
        Assert.Equal(here, File.ReadAllText(Path.Combine(here, "said")).Trim());
    }

    [Fact]
    public void A_member_has_the_same_seed_again_and_no_other_has()
    {
        string[] Seeds(int blocks)
        {
            var system = Shell($"cp {{input}} {{output}}; echo {{member}} {{seed}} >> {folder["seeds"]}");
            File.Delete(folder["seeds"]);
            var x = Members(6, 4);
            for (var first = 0; first < 6; first += 6 / blocks)
                system.Advance(x.All.Slice(first, 6 / blocks), 0, 1, 1, first, new RandomSource(5));
            return [.. File.ReadAllLines(folder["seeds"]).Order()];
        }

        var seeds = Seeds(1);
        Assert.Equal(6, seeds.Select(line => line.Split(' ')[1]).Distinct().Count());
        Assert.Equal(seeds, Seeds(3));
    }

    [Theory]
    [InlineData("echo first >&2; echo no such forcing >&2; exit 3", "the command ended with exit code 3; its last words were \"first / no such forcing\"")]
    [InlineData("echo only to standard output; exit 1", "exit code 1; its last words were \"only to standard output\"")]
    [InlineData("exit 1", "exit code 1; it wrote no message")]
    [InlineData("kill -9 $$", "exit code 137; it wrote no message")]
    [InlineData("true", "left no sound state: There is no file {output}")]
    [InlineData("head -c 3000 /dev/zero | tr '\\0' x > {output}", "{output}, line 1: '")]
    [InlineData("sed 's/^u,2,.*$/u,two,1/' {input} > {output}", "{output}, line 4: 'u,two,1' is no 'variable,index,value'")]
    [InlineData("grep -v u,1 {input} > {output}", "{output} holds 3 of 4 values; value 1 of 'u' is missing")]
    [InlineData("(cat {input}; echo u,1,4) > {output}", "{output}, line 6: value 1 of 'u' was given before")]
    [InlineData("(cat {input}; echo u,3,4) > {output}", "{output}, line 6: 'u' has no value 3; its indices are 0 to 2")]
    [InlineData("(cat {input}; echo v,0,4) > {output}", "{output}, line 6: the state has no 'v'; it has u, rate")]
    [InlineData("sed 's/^u,2,.*$/u,2,nan/' {input} > {output}", "the command ended well but value 2 of 'u' is NaN")]
    [InlineData("sed 's/^rate,0,.*$/rate,0,-inf/' {input} > {output}", "the command ended well but value 0 of 'rate' is -")]
    public void A_failing_command_stops_the_run_with_one_sentence(string command, string reason)
    {
        var refused = Assert.Throws<InputException>(() => Shell(command).Advance(Members(2, 4), 2, 0.5, 1, 3, new RandomSource(1))).Message;
        var kept = Directory.GetDirectories(Assert.Single(Directory.GetDirectories(folder.Path)));
        Assert.StartsWith("Member 3 could not be carried from t = 2 to 2.5: ", refused, StringComparison.Ordinal);
        Assert.Contains(reason.Replace("{output}", Path.Combine(Path.GetDirectoryName(kept[0])!, "member-0003", "output.csv"), StringComparison.Ordinal), refused, StringComparison.Ordinal);
        Assert.EndsWith($"(its files are in {Assert.Single(kept)}).", refused, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(kept[0], "input.csv")));
    }

    [Theory]
    [InlineData(ExternalFiles.Netcdf, "echo nonsense > {output}", "cannot be opened as NetCDF")]
    [InlineData(ExternalFiles.Zarr, "mkdir {output}", "is no Zarr store")]
    [InlineData(ExternalFiles.Zarr, "cp -r {input} {output}; rm {output}/u/c/0", "Chunk c/0 of array 'u' is missing")]
    public void Garbage_arrays_stop_the_run_with_one_sentence(ExternalFiles files, string command, string reason)
    {
        var system = new ExternalModel(new ExternalCommand([command]), Fields, null, ["rate"], Files: files, Shell: true, Folder: folder.Path).BuildSystem(folder.Path);
        Assert.Contains(reason, Assert.Throws<InputException>(() => system.Advance(Members(1, 4), 0, 1, 1, 0, new RandomSource(1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_command_that_takes_too_long_is_ended_with_its_children()
    {
        var command = new ExternalCommand([$"sleep 600 & echo $! > {folder["child"]}; echo waiting >&2; wait"]);
        var system = new ExternalModel(command, Fields, null, ["rate"], TimeLimit: 3, Shell: true, Folder: folder.Path).BuildSystem(folder.Path);
        var refused = Assert.Throws<InputException>(() => system.Advance(Members(1, 4), 0, 1, 1, 0, new RandomSource(1))).Message;
        Assert.Contains("the command was ended at its time limit of 3 s; its last words were \"waiting\"", refused, StringComparison.Ordinal);
        var child = int.Parse(File.ReadAllText(folder["child"]), CultureInfo.InvariantCulture);
        Assert.True(SpinWait.SpinUntil(() => !IsAlive(child), TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public void A_program_that_is_not_there_is_named()
    {
        string Refused(string command) => Assert.Throws<InputException>(() =>
            Prepare($"{{ kind: command, command: '{command}', fields: [{{ name: u, size: 2 }}], onFailure: resample }}")).Message;
        Assert.Equal($"system.command: There is no program '{folder["no-such-model"]}'.", Refused("./no-such-model {input}"));
        Assert.Equal($"system.command: There is no program '{folder["models/none"]}'.", Refused("{here}/models/none {input}"));
        Assert.StartsWith("system.command: The program 'no-such-model' is in none of the folders that PATH lists", Refused("no-such-model {input}"), StringComparison.Ordinal);
        File.WriteAllText(folder["text"], "no program");
        Assert.StartsWith($"The program '{folder["text"]}' of system.command cannot be started", Refused("./text"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_spin_up_that_fails_blames_the_command_and_not_the_step() =>
        AssertRefused("the command ended with exit code 127", () => Prepare("{ kind: command, command: 'no-such-model', shell: true, fields: [{ name: u, size: 2 }], onFailure: resample }"));

    [Fact]
    public void Failures_are_in_the_summary_of_the_method_whose_members_failed()
    {
        const string Command = "test {member}-{start} = 3-1 && exit 4; cp {input} {output}";
        var experiment = Prepare($"{{ kind: command, command: '{Command}', shell: true, fields: [{{ name: u, size: 2 }}], onFailure: resample, folder: . }}");
        MethodSummary Run(string kind, int members)
        {
            var node = YamlFile.Parse($"kind: {kind}\nmembers: {members}", "a.yaml");
            var entry = new MethodEntry(kind, kind, new Binder(Catalog.Kinds).Bind<Sonde.Assimilation.IAssimilationMethod>(node), node);
            var run = new MethodRun(entry, experiment, new OutputConfig(), keepsHistory: false, null);
            run.Run(Workers.One, false, new SilentProgress(), kind, CancellationToken.None);
            return run.Summarize();
        }

        var failed = Assert.Single(Run("etkf", 5).FailedMembers!);
        Assert.Equal((3, 1), (failed.Member, failed.Cycle));
        Assert.StartsWith("Member 3 could not be carried from t = 1 to 2: the command ended with exit code 4", failed.Reason, StringComparison.Ordinal);
        Assert.Null(Run("enkf", 3).FailedMembers);
    }

    [Fact]
    public void The_state_of_the_file_is_the_mean_of_a_background_that_gives_none()
    {
        DataFiles.Write(folder["state.zarr"], new DataSet([new Dimension("x", 3)], [new Variable("u", ["x"], new[] { 1.0, 2, 3 })]));
        var model = new ExternalModel(new ExternalCommand(["cp -r {input} {output}"]), State: "state.zarr");
        var prior = new GaussianBackground(Sd: new Numbers([0.5])).Prior(model.BuildSystem(folder.Path), null, () => throw new InvalidOperationException(), new RandomSource(1));
        Assert.Equal([1, 2, 3], prior.Moments().MeanState);
        AssertRefused("expected the key background.mean", () => new GaussianBackground(Sd: new Numbers([0.5])).Prior(
            (model with { Parameters = ["drag"] }).BuildSystem(folder.Path), null, () => throw new InvalidOperationException(), new RandomSource(1)));
    }

    [Fact]
    public void A_member_that_failed_is_resampled_from_the_others()
    {
        Matrix<double> Run(int parallel)
        {
            var system = Shell("test {member} = 2 -o {member} = 5 && exit 1; " + Decay, parallel, FailurePolicy.Resample);
            var x = Members(8, 4);
            Forecast.Run(system, new TimeGrid(0, 1), default, new GridTime(1), x, new RandomSource(11), new Workers(2));
            Assert.Equal([2, 5], system.Failures.Select(failure => failure.Member).Order());
            Assert.All(system.Failures, failure => Assert.Contains("exit code 1", failure.Sentence, StringComparison.Ordinal));
            return x;
        }

        var members = Run(1);
        for (var n = 0; n < 8; n++)
        {
            var donors = Enumerable.Range(0, 8).Where(m => m != n && members[m].SequenceEqual(members[n])).ToArray();
            Assert.Equal(n is 2 or 5, donors.Any(donor => donor is not (2 or 5)) && n is 2 or 5);
            Assert.All(members[n].ToArray(), value => Assert.True(double.IsFinite(value)));
        }
        SampleData.AssertSameBits(members.Values.ToArray(), Run(4).Values.ToArray());
    }

    [Fact]
    public void Too_many_failures_stop_the_run_all_the_same()
    {
        var system = Shell("test {member} -lt 5 && exit 1; cp {input} {output}", 2, FailurePolicy.Resample);
        var refused = Assert.Throws<InputException>(() =>
            Forecast.Run(system, new TimeGrid(0, 1), default, new GridTime(1), Members(8, 4), new RandomSource(1), Workers.One)).Message;
        Assert.StartsWith("5 of 8 members could not be carried to t = 1, more than the share of 0.5 that may fail; the last: Member ", refused, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failure_on_another_thread_is_the_same_sentence()
    {
        var model = new ExternalModel(new ExternalCommand(["exit 7"]), [new("u", Size: 9000)], Shell: true, Folder: folder.Path);
        var refused = Assert.Throws<InputException>(() =>                       // so wide that every member is a block of its own
            Forecast.Run(model.BuildSystem(folder.Path), new TimeGrid(0, 1), default, new GridTime(1), Members(4, 9000), new RandomSource(1), new Workers(2)));
        Assert.Contains("the command ended with exit code 7", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_state_that_is_not_finite_never_reaches_the_command()
    {
        var x = Members(2, 4);
        x[1, 2] = double.NaN;
        var refused = Assert.Throws<InputException>(() => Shell(Decay).Advance(x, 0, 1, 1, 0, new RandomSource(1))).Message;
        Assert.Contains("Member 1 could not be carried from t = 0 to 1: its state is not finite before, value 2 of 'u' is NaN.", refused, StringComparison.Ordinal);
    }

    [Fact]
    public void No_more_commands_run_at_the_same_time_than_allowed()
    {
        Directory.CreateDirectory(folder["now"]);
        var command = $"touch {folder["now"]}/$$; ls {folder["now"]} | wc -l >> {folder["counts"]}; sleep 0.05; rm {folder["now"]}/$$; cp {{input}} {{output}}";
        var system = Shell(command, parallel: 3);
        Parallel.For(0, 4, block => system.Advance(Members(3, 4), 0, 1, 1, 3 * block, new RandomSource(1)));
        var counts = File.ReadAllLines(folder["counts"]).Select(line => int.Parse(line, CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(12, counts.Length);
        Assert.InRange(counts.Max(), 1, 3);
    }

    [Fact]
    public void A_file_of_one_state_describes_it()
    {
        var nan = double.NaN;
        DataFiles.Write(folder["state.nc"], new DataSet([new("time", 1), new("lat", 2), new("lon", 3), new("depth", 3)],
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
        var system = new ExternalModel(command, State: "state.nc", Parameters: ["drag"], Files: ExternalFiles.Netcdf).BuildSystem(folder.Path);
        Assert.Equal(["ssh", "sst", "profile"], system.Domain.Fields.Select(field => field.Name));
        Assert.Equal(["m", "degC", "1"], system.Domain.Fields.Select(field => field.Unit));
        Assert.Equal(6 + 4 + 3 + 1, system.Domain.Width);
        Assert.IsType<Sphere>(system.Domain.Space);
        Assert.Equal(new RegularGrid(new GridAxis(-1, 1, 3, 360), new GridAxis(50, 0.5, 2)), system.Domain.Fields[0].Grid);
        Assert.Equal(new SpacePoint(1, 50), system.Domain.PointOf(6 + 1));
        Assert.Equal(new SpacePoint(50), system.Domain.PointOf(6 + 4 + 2));
        Assert.Equal([1, 2, 3, 4, 5, 6, 10, 12, 13, 14, 0.1, 0.2, 0.3], system.Example!.Value.ToArray());

        var keep = new ExternalModel(new ExternalCommand(["cp -r {input} {output}"]), State: "state.nc", Parameters: ["drag"], Files: ExternalFiles.Zarr, Folder: ".", Keep: true).BuildSystem(folder.Path);
        var x = new Matrix<double>(1, 14);
        for (var i = 0; i < 14; i++)
            x[0, i] = 100 + i;
        keep.Advance(x, 0, 1, 2, 0, new RandomSource(1));
        var written = DataFiles.Read(Directory.GetDirectories(folder.Path, "output.zarr", SearchOption.AllDirectories).Single());
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
        var system = model.BuildSystem(folder.Path);
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
        AssertRefused("expected the key 'fields', or 'state'", () => new ExternalModel(command).Build(folder.Path));
        AssertRefused("Field 'u' does not say how large it is", () => new ExternalModel(command, [new("u")]).Build(folder.Path));
        AssertRefused("Field 'u' has both a size and an axis", () => new ExternalModel(command, [new("u", Size: 3, X: new(3))]).Build(folder.Path));
        AssertRefused("are called 'u'", () => new ExternalModel(command, [new("u", Size: 3)], Parameters: ["u"]).Build(folder.Path));
        AssertRefused("There is no file", () => new ExternalModel(command, State: "absent.nc").Build(folder.Path));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ExternalModel(command, Parallel: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ExternalModel(command, TimeLimit: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ExternalModel(command, MostFailures: 1));
    }

    private static ISystemSource Bind(string text) => new Binder(Catalog.Kinds).Bind<ISystemSource>(YamlFile.Parse(text, "a.yaml"));

    private PreparedExperiment Prepare(string system) => Preparation.Prepare(
        new Binder(Catalog.Kinds).Bind<ExperimentConfig>(YamlFile.Parse(
            $"name: a\nsystem: {system}\ntime: {{ step: 0.5, cycles: 3, spinUp: 1 }}\nobservations: {{ every: 1, noise: 0.1 }}\nbackground: {{ kind: prior, mean: 1, sd: 0.3 }}\nmethods: []\n", "a.yaml")),
        folder.Path, climatology: false);

    private static ExternalField[] Fields => [new("u", "m/s", X: new ExternalAxis(3, Period: 3))];

    private ExternalSystem Shell(string command, int parallel = 1, FailurePolicy onFailure = FailurePolicy.Stop) =>
        new ExternalModel(new ExternalCommand([command]), Fields, null, ["rate"], Parallel: parallel, OnFailure: onFailure, Shell: true, Folder: folder.Path).BuildSystem(folder.Path);

    private static Matrix<double> Members(int rows, int width)
    {
        var members = new Matrix<double>(rows, width);
        for (var i = 0; i < members.Values.Length; i++)
            members.Values[i] = Math.Sin(i + 1) * 3;
        return members;
    }

    private static bool IsAlive(int process) =>
        File.Exists($"/proc/{process}/stat") && !File.ReadAllText($"/proc/{process}/stat").Contains(") Z", StringComparison.Ordinal);

    private static void AssertRefused(string part, Func<object> action) =>
        Assert.Contains(part, Assert.Throws<InputException>(action).Message, StringComparison.Ordinal);
}
