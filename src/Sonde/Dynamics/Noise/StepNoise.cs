using Sonde.Numerics;

namespace Sonde.Dynamics.Noise;

/// <summary>Adds model error to rows, each from its own source, so that a block of rows draws what the whole would.</summary>
internal static class StepNoise
{
    /// <summary>The sources of rows firstRow …: one allocation a call of Advance, none a step.</summary>
    public static RandomSource[] Sources(RandomSource noise, int firstRow, int rows)
    {
        var sources = new RandomSource[rows];
        for (var row = 0; row < rows; row++)
            sources[row] = noise.Fork(firstRow + row);
        return sources;
    }

    /// <summary>x += factor · Q^½ ξ for every row; nothing where there is no noise.</summary>
    public static void Add(IGaussianNoise? noise, double factor, Batch<double> x, RandomSource[] sources)
    {
        for (var row = 0; row < sources.Length; row++)
            noise?.AddDraw(x[row], factor, sources[row]);
    }
}
