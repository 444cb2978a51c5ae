using System.Globalization;
using Sonde.Dynamics;
using Sonde.Experiments;
using Sonde.Experiments.Configuration;
using Sonde.Experiments.Running;
using Sonde.Numerics;
using Sonde.Tests.Files;

namespace Sonde.Tests.Experiments;

/// <summary>What becomes of commands that fail.</summary>
public sealed class ExternalFailureTests : ExternalScripts
{
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
        var kept = Directory.GetDirectories(Assert.Single(Directory.GetDirectories(Folder.Path)));
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
        var system = new ExternalModel(new ExternalCommand([command]), Fields, null, ["rate"], Files: files, Shell: true, Folder: Folder.Path).BuildSystem(Folder.Path);
        Assert.Contains(reason, Assert.Throws<InputException>(() => system.Advance(Members(1, 4), 0, 1, 1, 0, new RandomSource(1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_command_that_takes_too_long_is_ended_with_its_children()
    {
        var command = new ExternalCommand([$"sleep 600 & echo $! > {Folder["child"]}; echo waiting >&2; wait"]);
        var system = new ExternalModel(command, Fields, null, ["rate"], TimeLimit: 3, Shell: true, Folder: Folder.Path).BuildSystem(Folder.Path);
        var refused = Assert.Throws<InputException>(() => system.Advance(Members(1, 4), 0, 1, 1, 0, new RandomSource(1))).Message;
        Assert.Contains("the command was ended at its time limit of 3 s; its last words were \"waiting\"", refused, StringComparison.Ordinal);
        var child = int.Parse(File.ReadAllText(Folder["child"]), CultureInfo.InvariantCulture);
        Assert.True(SpinWait.SpinUntil(() => !IsAlive(child), TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public void A_program_that_is_not_there_is_named()
    {
        string Refused(string command) => Assert.Throws<InputException>(() =>
            Prepare($"{{ kind: command, command: '{command}', fields: [{{ name: u, size: 2 }}], onFailure: resample }}")).Message;
        Assert.Equal($"system.command: There is no program '{Folder["no-such-model"]}'.", Refused("./no-such-model {input}"));
        Assert.Equal($"system.command: There is no program '{Folder["models/none"]}'.", Refused("{here}/models/none {input}"));
        Assert.StartsWith("system.command: The program 'no-such-model' is in none of the folders that PATH lists", Refused("no-such-model {input}"), StringComparison.Ordinal);
        File.WriteAllText(Folder["text"], "no program");
        Assert.StartsWith($"The program '{Folder["text"]}' of system.command cannot be started", Refused("./text"), StringComparison.Ordinal);
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
        var model = new ExternalModel(new ExternalCommand(["exit 7"]), [new("u", Size: 9000)], Shell: true, Folder: Folder.Path);
        var refused = Assert.Throws<InputException>(() =>                       // so wide that every member is a block of its own
            Forecast.Run(model.BuildSystem(Folder.Path), new TimeGrid(0, 1), default, new GridTime(1), Members(4, 9000), new RandomSource(1), new Workers(2)));
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

    private static bool IsAlive(int process) =>
        File.Exists($"/proc/{process}/stat") && !File.ReadAllText($"/proc/{process}/stat").Contains(") Z", StringComparison.Ordinal);
}
