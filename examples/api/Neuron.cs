using System.Numerics;
using Sonde.Dynamics;
using Sonde.Numerics;

namespace Sonde.Examples;

/// <summary>FitzHugh-Nagumo, a neuron that fires: dv/dt = v − v³/3 − w + I, dw/dt = (v + a − b w)/τ. FitzHugh, Biophys. J. 1, 1961.</summary>
internal sealed record Neuron(double Current = 0.5, double A = 0.7, double B = 0.8, double Tau = 12.5) : IVectorField
{
    public int Width => 2;

    public Domain Domain => Domain.Unplaced("voltage", "recovery");

    public void Evaluate<T>(double t, ReadOnlyBatch<T> x, Batch<T> dxdt) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (i, a, b, tau, three) = (T.CreateTruncating(Current), T.CreateTruncating(A), T.CreateTruncating(B), T.CreateTruncating(Tau), T.CreateTruncating(3));
        for (var row = 0; row < x.Rows; row++)
        {
            var (v, w) = (x[row, 0], x[row, 1]);
            dxdt[row, 0] = v - v * v * v / three - w + i;
            dxdt[row, 1] = (v + a - b * w) / tau;
        }
    }
}
