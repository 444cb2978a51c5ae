using Sonde.Dynamics;
using Sonde.Dynamics.Fields;
using Sonde.Numerics;

namespace Sonde.Tests.Observing;

/// <summary>A plane of unit cells from (0, 0), for tests of what reads from it.</summary>
internal static class TestPlane
{
    public static Domain Domain(int ny, int nx, params string[] fields)
    {
        var grid = new RegularGrid(new GridAxis(0, 1, nx), new GridAxis(0, 1, ny));
        return new Domain(new Plane(), [.. (fields.Length == 0 ? ["x"] : fields).Select(name => new Field(name, "1", grid))]);
    }

    /// <summary>The i-th of many random points inside.</summary>
    public static SpacePoint Inside(int ny, int nx, int i)
    {
        var random = new RandomSource(5).Fork(i);
        return new SpacePoint(random.NextDouble() * (nx - 1), random.NextDouble() * (ny - 1));
    }
}
