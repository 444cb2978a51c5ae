using System.Numerics;
using Sonde.Calculus;
using Sonde.Networks;
using Sonde.Numerics;

namespace Sonde.Surrogates;

/// <summary>Networks with names whose weights lie in one vector; the parts are applied one by one by whoever owns them.</summary>
internal sealed class PartLayer<T>(int inputWidth, int outputWidth, Parts<T> parts, string[] names) : ILayer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public int InputWidth => inputWidth;

    public int OutputWidth => outputWidth;

    /// <summary>"0.…" of the parts becomes "branch.…", or "…" where the name is empty.</summary>
    public IReadOnlyList<WeightArray> Weights { get; } =
        [.. parts.Weights.Select(array => array with { Name = names[array.Name[0] - '0'] is "" ? array.Name[2..] : names[array.Name[0] - '0'] + array.Name[1..] })];

    public Variable<T> Apply(Variable<T> x, Variable<T> weights, Pass pass) => throw new NotSupportedException("The parts of this network are applied one by one.");

    public void Initialize(Span<T> weights, RandomSource random) => parts.Initialize(weights, random);
}
