using Sonde.Experiments;
using Sonde.Experiments.Configuration;

namespace Sonde.Tests.Experiments;

public sealed class BinderTests
{
    private interface IShape;

    private enum Tint
    {
        PaleRed,
        Blue,
    }

    private sealed record Point(double X, double Y = 0);

    private sealed record Circle(double Radius, Tint Tint = Tint.Blue, Point? Center = null) : IShape
    {
        public double Radius { get; init; } = Radius > 0 ? Radius : throw new ArgumentOutOfRangeException(nameof(Radius), Radius, "The radius must be above 0.");
    }

    private sealed record Framed(IShape Inner, int Width = 1) : IShape;

    private sealed record Drawing(string Name, IReadOnlyList<IShape> Shapes, long Seed = 3, bool Flat = false);

    private static readonly Kinds Known = new Kinds()
        .Add<IShape, Circle>("circle")
        .Add<IShape, Framed>("framed-circle", ("Inner", typeof(Circle)))
        .Shorthand<Point>(node =>
        {
            if (node.Text is null)
                return null;
            var point = ConfigNode.Mapping(node.Source, node.Line, node.Path);
            point.Set("x", node);
            return point;
        });

    private static Drawing Read(string text) => new Binder(Known).Bind<Drawing>(YamlFile.Parse(text, "a.yaml"));

    [Fact]
    public void Records_kinds_inline_parts_shorthands_and_defaults_bind()
    {
        var drawing = Read("name: x\nshapes:\n  - { kind: circle, radius: 2, tint: pale-red, center: 4 }\n  - { kind: framed-circle, radius: 1e1, width: 3 }");
        Assert.Equal(new Circle(2, Tint.PaleRed, new Point(4)), drawing.Shapes[0]);
        Assert.Equal(new Framed(new Circle(10), 3), drawing.Shapes[1]);
        Assert.Equal(3, drawing.Seed);
    }

    [Fact]
    public void Defaults_are_written_into_the_resolved_file_and_it_reads_back_the_same()
    {
        var node = YamlFile.Parse("name: x\nshapes:\n  - { kind: framed-circle, radius: 10 }", "a.yaml");
        var first = new Binder(Known).Bind<Drawing>(node);
        var text = YamlFile.Write(node);
        Assert.Contains("width: 1", text, StringComparison.Ordinal);
        Assert.Contains("seed: 3", text, StringComparison.Ordinal);
        Assert.Equal(first.Shapes[0], new Binder(Known).Bind<Drawing>(YamlFile.Parse(text, "b.yaml")).Shapes[0]);
    }

    [Theory]
    [InlineData("name: x\nshapes: [{ kind: circle, radius: -1 }]", "a.yaml, line 2: shapes[0].radius is '-1': The radius must be above 0")]
    [InlineData("name: x\nshapes: [{ kind: cirlce, radius: 1 }]", "a.yaml, line 2: shapes[0].kind is 'cirlce'; did you mean 'circle'?")]
    [InlineData("name: x\nshapes: [{ kind: circle, raduis: 1 }]", "'raduis' is not a key of kind 'circle'; did you mean 'radius'?")]
    [InlineData("name: x\nshapes: [{ kind: circle, radius: 1, tint: bleu }]", "shapes[0].tint is 'bleu'; did you mean 'blue'?")]
    [InlineData("name: x\nshapes: [{ kind: circle, radius: .nan }]", "shapes[0].radius is '.nan'; expected a finite number")]
    [InlineData("name: x\nshapes: [{ kind: circle, radius: [1] }]", "shapes[0].radius is a list of 1; expected a number")]
    [InlineData("name: x\nshapes: 3", "shapes is '3'; expected a list")]
    [InlineData("shapes: []", "the file has no key 'name'; expected a word")]
    [InlineData("name: x\nshapes: []\nseed: 1.5", "a.yaml, line 3: seed is '1.5'; expected a whole number")]
    [InlineData("name: x\nshapes: []\nflat: yes", "flat is 'yes'; expected true or false")]
    [InlineData("name: x\nname: y", "a.yaml, line 2: not valid YAML: Duplicate key")]
    [InlineData("name: [", "not valid YAML")]
    [InlineData("", "a.yaml is empty")]
    public void Each_fault_is_a_sentence_that_says_where(string text, string expected)
    {
        var fault = Assert.Throws<InputException>(() => Read(text));
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_faults_are_told_at_once() =>
        Assert.Equal(3, Assert.Throws<InputException>(() => Read("name: x\nshapes: [{ kind: circle, radius: a }]\nseed: b\nflat: c")).Sentences.Count);

    [Fact]
    public void Set_replaces_by_index_and_by_name()
    {
        var node = YamlFile.Parse("name: x\nshapes:\n  - { kind: circle, radius: 2 }", "a.yaml");
        Overrides.Apply(node, "shapes[circle].radius=5");
        Overrides.Apply(node, "shapes.[0].center={ x: 1, y: 2 }");
        Assert.Equal(new Circle(5, Tint.Blue, new Point(1, 2)), new Binder(Known).Bind<Drawing>(node).Shapes[0]);
        Assert.Throws<InputException>(() => Overrides.Apply(node, "shapes[7].radius=5"));
        Assert.Throws<InputException>(() => Overrides.Apply(node, "radius"));
    }
}
