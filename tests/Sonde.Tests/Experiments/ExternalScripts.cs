using Sonde.Experiments;
using Sonde.Experiments.Configuration;
using Sonde.Experiments.Running;
using Sonde.Numerics;
using Sonde.Tests.Files;

namespace Sonde.Tests.Experiments;

/// <summary>Small scripts that stand in for the user's own model.</summary>
public abstract class ExternalScripts : IDisposable
{
    // dx/dt = −x for every variable but the last column's parameters, which stay.
    private protected const string Decay = """awk -F, -v h=$(echo {end} {start} | awk '{{print $1-$2}}') 'NR==1{{print;next}} $1=="rate"{{print;next}} {{printf "%s,%s,%.17g\n",$1,$2,$3*exp(-h)}}' {input} > {output}""";

    private protected ScratchFolder Folder { get; } = new();

    public void Dispose() 
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static ISystemSource Bind(string text) => new Binder(Catalog.Kinds).Bind<ISystemSource>(YamlFile.Parse(text, "a.yaml"));

    private protected PreparedExperiment Prepare(string system) => Preparation.Prepare(
        new Binder(Catalog.Kinds).Bind<ExperimentConfig>(YamlFile.Parse(
            $"name: a\nsystem: {system}\ntime: {{ step: 0.5, cycles: 3, spinUp: 1 }}\nobservations: {{ every: 1, noise: 0.1 }}\nbackground: {{ kind: prior, mean: 1, sd: 0.3 }}\nmethods: []\n", "a.yaml")),
        Folder.Path, climatology: false);

    private protected static ExternalField[] Fields => [new("u", "m/s", X: new ExternalAxis(3, Period: 3))];

    private protected ExternalSystem Shell(string command, int parallel = 1, FailurePolicy onFailure = FailurePolicy.Stop) =>
        new ExternalModel(new ExternalCommand([command]), Fields, null, ["rate"], Parallel: parallel, OnFailure: onFailure, Shell: true, Folder: Folder.Path).BuildSystem(Folder.Path);

    private protected static Matrix<double> Members(int rows, int width)
    {
        var members = new Matrix<double>(rows, width);
        for (var i = 0; i < members.Values.Length; i++)
            members.Values[i] = Math.Sin(i + 1) * 3;
        return members;
    }

    private protected static void AssertRefused(string part, Func<object> action) =>
        Assert.Contains(part, Assert.Throws<InputException>(action).Message, StringComparison.Ordinal);
}
