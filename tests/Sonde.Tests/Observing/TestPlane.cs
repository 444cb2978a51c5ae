using Sonde.Dynamics;
using Sonde.Dynamics.Fields;
using Sonde.Numerics;

namespace Sonde.Tests.Observing;

/// <summary>A plane of unit cells, for tests of what reads from it: bilinear inside, nothing outside.</summary>
internal static class TestPlane
{
    public static Domain Domain(int ny, int nx, params string[] fields)
    {
        var grid = new Grid(ny, nx);
        return new Domain(new Space(), [.. (fields.Length == 0 ? ["x"] : fields).Select(name => new Field(name, "1", grid))]);
    }

    /// <summary>The i-th of many random points inside.</summary>
    public static SpacePoint Inside(int ny, int nx, int i)
    {
        var random = new RandomSource(5).Fork(i);
        return new SpacePoint(random.NextDouble() * (nx - 1), random.NextDouble() * (ny - 1));
    }

    internal sealed class Space : ISpace
    {
        public int Dimensions => 2;

        public SpacePoint Periods => default;

        public double Distance(SpacePoint a, SpacePoint b) => Math.Sqrt((a.X - b.X) * (a.X - b.X) + (a.Y - b.Y) * (a.Y - b.Y));

        public SpacePoint Embed(SpacePoint point) => point;

        public double EmbeddedReach(double distance) => distance;
    }

    internal sealed class Grid(int ny, int nx) : IGrid
    {
        public int Count => ny * nx;

        public IReadOnlyList<int> Shape => [ny, nx];

        public SpacePoint this[int index] => new(index % nx, index / nx);

        public int Interpolate(ISpace space, SpacePoint point, Span<int> indices, Span<double> weights)
        {
            if (!(point.X >= 0 && point.X <= nx - 1 && point.Y >= 0 && point.Y <= ny - 1))
                return 0;
            var (i, j) = ((int)Math.Min(point.X, nx - 2), (int)Math.Min(point.Y, ny - 2));
            var (a, b) = (point.X - i, point.Y - j);
            for (var corner = 0; corner < 4; corner++)
            {
                var (right, up) = (corner & 1, corner >> 1);
                indices[corner] = (j + up) * nx + i + right;
                weights[corner] = (right == 1 ? a : 1 - a) * (up == 1 ? b : 1 - b);
            }
            return 4;
        }
    }
}
