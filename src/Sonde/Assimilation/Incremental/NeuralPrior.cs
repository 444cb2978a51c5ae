using Sonde.Calculus;
using Sonde.Calculus.Operations;
using Sonde.Networks;
using Sonde.Numerics;

namespace Sonde.Assimilation.Incremental;

/// <summary>
/// A network's Gaussian at an estimate z: μ = z + f(z), and C with a positive diagonal, softplus plus a little, and numbers at a few offsets below it.
/// Trajectories lie time after time, images of one line channel after channel; this is where one becomes the other.
/// </summary>
internal sealed class NeuralPrior
{
    private const float LeastDiagonal = 1e-3f, Coupling = 0.3f;
    private readonly int times, width;
    private readonly Gather<float> toChannels;
    private readonly Gather<float>? mean, diagonal, below, band;
    private readonly Matrix<float>? identity;

    /// <summary>Lays the network out.</summary>
    /// <param name="network">What makes it.</param>
    /// <param name="context">Numbers at a time beside the estimate's.</param>
    /// <param name="times">T.</param>
    /// <param name="width">n.</param>
    /// <param name="moves">False where the mean is the estimate itself.</param>
    /// <param name="form">What the network says beside the mean.</param>
    /// <param name="offsets">Below the diagonal, rising, without 0.</param>
    public NeuralPrior(IWindowNetwork network, int context, int times, int width, bool moves, LocalPriorForm form, IReadOnlyList<int> offsets)
    {
        (this.times, this.width) = (times, width);
        HalfWidth = offsets.Count > 0 ? offsets[^1] : 0;
        var (means, factors) = (moves ? 1 : 0, form == LocalPriorForm.Banded ? 1 + offsets.Count : 0);
        Network = network.Build(width + context, width * (means + factors), times);
        var count = times * width;
        toChannels = new([.. Enumerable.Range(0, count).Select(k => k % times * width + k / times)]);
        mean = moves ? new([.. Enumerable.Range(0, count).Select(Channel)]) : null;
        if (form == LocalPriorForm.Banded)
        {
            diagonal = new([.. Enumerable.Range(0, count).Select(row => means * count + Channel(row))]);
            below = Gather<float>.Range((means + 1) * count, offsets.Count * count);
            band = new([.. Band(offsets)]);
        }
        else if (form == LocalPriorForm.Identity)
        {
            identity = new Matrix<float>(1, count * (HalfWidth + 1));
            for (var row = 0; row < count; row++)
                identity.Values[row * (HalfWidth + 1) + HalfWidth] = 1;
        }
    }

    /// <summary>The network.</summary>
    public ILayer<float> Network { get; }

    /// <summary>p.</summary>
    public int HalfWidth { get; }

    /// <summary>The Gaussians.</summary>
    /// <param name="z">Estimates, [rows, T n].</param>
    /// <param name="context">Channels beside them, [rows, context T].</param>
    /// <param name="weights">Of the network.</param>
    public LocalGaussian At(Variable<float> z, Variable<float> context, Variable<float> weights)
    {
        var tape = z.Tape;
        var y = Network.Apply(tape.Apply(toChannels, z).Beside(context), weights, Pass.Deterministic);
        var center = mean is null ? z : z + tape.Apply(mean, y);
        if (identity is not null)
            return new(center, tape.Constant(identity));
        if (band is null)
            return new(center, null);
        var positive = tape.Apply(diagonal!, y).Apply(Activation.Softplus) + LeastDiagonal;
        var nothing = tape.Constant(new Matrix<float>(z.Rows, 1));
        return new(center, tape.Apply(band, tape.Apply(Concatenation<float>.Instance, [positive, Coupling * tape.Apply(below!, y), nothing])));
    }

    private int Channel(int row) => row % width * times + row / width;

    /// <summary>For each number of the band, where it stands among the diagonal, the numbers below it, and a zero.</summary>
    private IEnumerable<int> Band(IReadOnlyList<int> offsets)
    {
        var count = times * width;
        var places = offsets.ToList();
        var zero = count * (1 + places.Count);
        for (var row = 0; row < count; row++)
            for (var offset = HalfWidth; offset >= 0; offset--)
                yield return offset > row ? zero
                    : offset == 0 ? row
                    : places.IndexOf(offset) is var k and >= 0 ? count * (1 + k) + Channel(row) : zero;
    }
}
