namespace Sonde.Cli.Tests;

/// <summary>Bad input gets one clear sentence that says where, what was found and what was expected; exit code 2; nothing half-written.</summary>
public sealed class BadInputTests
{
    private const string Good = """
        name: good
        seed: 1
        system: { kind: lorenz96, size: 8 }
        time: { step: 0.05, cycles: 10, burnIn: 2 }
        observations: { every: 0.1, locations: all, noise: 1.0 }
        background: { kind: prior }
        methods:
          - { kind: etkf, members: 5, inflation: 1.02 }

        """;

    /// <summary>Replace the first text by the second; the third must be in the one sentence.</summary>
    public static TheoryData<string, string, string> Configurations => new()
    {
        { "name: good", "", "has no key 'name'; expected a word" },
        { "seed: 1", "seed: one", "line 2: seed is 'one'; expected a whole number" },
        { "seed: 1", "seed: 1e30", "seed is '1e30'; expected a whole number of at most" },
        { "seed: 1", "sede: 1", "'sede' is not a key of the file; did you mean 'seed'?" },
        { "kind: lorenz96, size: 8", "kind: lorrenz96, size: 8", "system.kind is 'lorrenz96'; did you mean 'lorenz96'?" },
        { "kind: lorenz96, size: 8", "size: 8", "system has no key 'kind'" },
        { "kind: lorenz96, size: 8", "kind: surrogate, file: nowhere", "nowhere" },
        { "members: 5,", "members: 5, surrogate: nowhere,", "nowhere" },
        { "members: 5,", "members: 5, surrogate: [1],", "methods[0].surrogate is a list of 1" },
        { "size: 8", "size: 3", "system.size is '3'" },
        { "size: 8", "size: -8", "system.size is '-8'" },
        { "size: 8", "forcing: .inf", "system.forcing is '.inf'; expected a finite number" },
        { "size: 8", "forcing: [8]", "system.forcing is a list of 1; expected a number" },
        { "size: 8", "sise: 8", "did you mean 'size'?" },
        { "system: { kind: lorenz96, size: 8 }", "system: 8", "system is '8'" },
        { "step: 0.05", "step: 0", "time.step is '0': The step must be above 0" },
        { "step: 0.05", "step: nan", "time.step is 'nan'; expected a finite number" },
        { "step: 0.05", "step: -0.05", "time.step is '-0.05'" },
        { "step: 0.05, ", "", "time has no key 'step'; expected a number" },
        { "kind: lorenz96, size: 8", "kind: lorenz63, rho: 1e40", "finite" },
        { "cycles: 10", "cycles: 0", "time.cycles is '0': There must be at least 1 cycle" },
        { "cycles: 10", "cycles: 1.5", "time.cycles is '1.5'; expected a whole number" },
        { "cycles: 10, ", "", "time has no key 'cycles'" },
        { "cycles: 10", "cycles: 10, until: 2", "The last time stands beside 10 cycles" },
        { "cycles: 10", "until: 0.001", "time.until is 0.001, but observations.every is" },
        { "cycles: 10", "cycles: 2000000000", "GiB, but this machine has" },
        { "burnIn: 2", "burnIn: 10", "time.burnIn is 10, but there are only 10 observation times" },
        { "burnIn: 2", "burnIn: 2, tail: 8", "time.burnIn is 2 and time.tail 8, but there are only 10 observation times; expected fewer." },
        { "burnIn: 2", "burnIn: 2, tail: -1", "time.tail is '-1': The tail must not be negative" },
        { "burnIn: 2", "burnIn: -1", "time.burnIn is '-1': The burn-in must not be negative" },
        { "every: 0.1", "every: 0", "observations.every is '0'" },
        { "every: 0.1, ", "", "neither 'every' nor 'times'" },
        { "every: 0.1", "every: 0.1, times: [1, 2]", "both 'every' and 'times'" },
        { "every: 0.1", "times: [1, 2, 2]", "Observation times must rise" },
        { "every: 0.1", "times: [-1, 2]", "observations.times" },
        { "every: 0.1", "times: { random: 5 }", "has no key 'until'" },
        { "locations: all", "locations: everywhere", "observations.locations is 'everywhere'" },
        { "locations: all", "locations: [0, 99]", "99" },
        { "locations: all", "locations: { stride: 0 }", "observations:" },
        { "locations: all", "locations: { random: 9 }", "Between 1 and 8 locations can be drawn, not 9" },
        { "noise: 1.0", "noise: 0", "A standard deviation must be a finite number above 0, not 0" },
        { "noise: 1.0", "noise: -1", "A standard deviation must be a finite number above 0, not -1" },
        { "noise: 1.0", "noise: { sd: 1, relative: 0.1 }", "either absolute or relative" },
        { "noise: 1.0", "noise: { sd: 1, correlation: { length: 1e9, shape: gaspari-cohn } }", "not positive definite" },
        { "noise: 1.0", "operator: sqare, noise: 1", "sqare" },
        { "background: { kind: prior }", "background: { kind: perturbed-truth, sd: -1 }", "background.sd is '-1'" },
        { "background: { kind: prior }", "background: { kind: prior, mean: [1, 2] }", "background.mean is a list of 2; expected one number or 8" },
        { "background: { kind: prior }", "background: guess", "background is 'guess'" },
        { "members: 5", "members: 0", "methods[0].members is '0': Members is 0 but must be 2 or more" },
        { "members: 5", "members: 1000000000", "1000000000 members" },
        { "members: 5", "members: 1e12", "expected a whole number of at most 2147483647" },
        { "members: 5, ", "", "methods[0] has no key 'members'; expected a whole number" },
        { "inflation: 1.02", "inflation: -1", "methods[0].inflation is '-1'" },
        { "inflation: 1.02", "inflatoin: 1.02", "'inflatoin' is not a key of kind 'etkf'; did you mean 'inflation'?" },
        { "kind: etkf", "kind: ektf", "methods[0].kind is 'ektf'; did you mean 'etkf'?" },
        { "  - { kind: etkf, members: 5, inflation: 1.02 }", "", "methods is nothing; expected a list" },
        { "methods:\n  - { kind: etkf, members: 5, inflation: 1.02 }", "methods: []", "methods is an empty list; expected at least one method" },
        { "background: { kind: prior }", "sweep: { seed: 3 }", "sweep.seed is '3'; expected a list of values to sweep over" },
        { "background: { kind: prior }", "sweep: { \"methods[7].members\": [3] }", "methods has 1 items and none is '7'" },
        { "name: good", "name: good\nname: better", "line 2: not valid YAML" },
        { "name: good", "name: [good", "not valid YAML" },
        { "name: good", "- name: good", "not valid YAML" },
    };

    [Fact]
    public void The_good_file_runs()
    {
        using var sonde = new CommandLine();
        sonde.Write("good.yaml", Good);
        Assert.Equal(0, sonde.Run("run", "good.yaml").ExitCode);
    }

    [Theory]
    [MemberData(nameof(Configurations))]
    public void A_malformed_configuration_gets_one_sentence(string find, string replace, string expected)
    {
        Assert.Contains(find, Good, StringComparison.Ordinal);
        using var sonde = new CommandLine();
        sonde.Write("bad.yaml", Good.Replace(find, replace, StringComparison.Ordinal));
        var (exit, output, error) = sonde.Run("run", "bad.yaml");
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.Equal(2, exit);
        Assert.Empty(output);
        var lines = error.TrimEnd('\n').Split('\n');
        Assert.True(lines.Length == 1, error);
        Assert.StartsWith("sonde: ", lines[0], StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(sonde.Folder, "results", "good", "checkpoint")));
        Assert.False(File.Exists(Path.Combine(sonde.Folder, "results", "good", "summary.json")));
    }

    [Theory]
    [InlineData("run missing.yaml", "missing.yaml was not found")]
    [InlineData("run .", ". is a folder, but a YAML file was expected")]
    [InlineData("run empty.yaml", "empty.yaml is empty")]
    [InlineData("run binary.yaml", "binary.yaml could not be read as UTF-8 text")]
    [InlineData("run good.yaml --set time.cycles", "found no '='")]
    [InlineData("run good.yaml --set methods[5].members=3", "methods has 1 items and none is '5'")]
    [InlineData("run good.yaml --threads 0", "--threads is 0; expected a whole number from 1 to 1024")]
    [InlineData("run good.yaml --seed many", "many")]
    [InlineData("assimilate good.yaml", "observations has no key 'file'")]
    [InlineData("new lorenz69", "There is no starter 'lorenz69'; did you mean 'lorenz96'?")]
    [InlineData("run", "EXPERIMENT.yaml")]
    [InlineData("jump", "jump")]
    public void A_wrong_command_gets_one_sentence(string arguments, string expected)
    {
        using var sonde = new CommandLine();
        sonde.Write("good.yaml", Good);
        sonde.Write("empty.yaml", "");
        File.WriteAllBytes(Path.Combine(sonde.Folder, "binary.yaml"), [0xFF, 0xFE, 0x00, 0x80, 0x81]);
        var (exit, _, error) = sonde.Run(arguments.Split(' '));
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.Equal(2, exit);
        Assert.False(Directory.Exists(Path.Combine(sonde.Folder, "results")));
    }
}
