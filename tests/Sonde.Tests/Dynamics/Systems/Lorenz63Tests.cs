using Sonde.Dynamics;
using Sonde.Dynamics.Systems;
using Sonde.Tests.Problems;

namespace Sonde.Tests.Dynamics.Systems;

public sealed class Lorenz63Tests
{
    [Fact]
    public void Lyapunov_exponents_are_those_published()
    {
        // 0.906, 0, −14.572: Sprott, "Chaos and time-series analysis", 2003, table A.1
        var exponents = Lyapunov.Exponents(new RungeKuttaSystem(new Lorenz63()), [1.509, -1.531, 25.46], 3, 0.01, 10, 1000, 20_000);
        Assert.Equal(0.906, exponents[0], 0.02);
        Assert.Equal(0, exponents[1], 0.005);
        Assert.Equal(-(10 + 1 + 8.0 / 3), exponents.Sum(), 0.01);           // volumes shrink at the same rate everywhere
    }
}
