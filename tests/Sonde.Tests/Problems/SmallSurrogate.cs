using Sonde.Calculus;
using Sonde.Dynamics;
using Sonde.Dynamics.Fields;
using Sonde.Networks;
using Sonde.Numerics;
using Sonde.Surrogates;

namespace Sonde.Tests.Problems;

/// <summary>Surrogates of two fields on a plane with weights drawn at random: every part at work, nothing learned.</summary>
internal static class SmallSurrogate
{
    public const string Coordinate = "coordinate", Trunk = "trunk", Modal = "modal";

    public static Domain Plane { get; } = new(
        new Plane(), [new Field("u", "m/s", Grid()), new Field("eta", "m", Grid())]);

    public static FieldFrame Frame { get; } = new(Plane, [1, -2], [0.5, 3]);

    public static LatentSurrogate Make(string decoder, int latentWidth = 4)
    {
        var dynamics = new LatentDynamics<double>(Chain<double>.Perceptron([latentWidth + 2, 12, 12, latentWidth], Activation.Tanh), latentWidth, 0.7);
        var made = Decoder(decoder, latentWidth);
        return new(
            dynamics, Weights(dynamics.Network, "dynamics"), made, Weights(made.Network, "decoder"), [new("speed", 1, 3), new("depth", -2, 6)], Frame, 0.5);
    }

    public static Matrix<double> Weights(ILayer<double> layer, string purpose)
    {
        var weights = new Matrix<double>(1, layer.WeightCount);
        layer.Initialize(weights.Values, new RandomSource(3).Fork(purpose));
        return weights;
    }

    public static IDecoder<double> Decoder(string kind, int latentWidth) => kind switch
    {
        Coordinate => new CoordinateDecoder<double>(
            latentWidth, new FourierFeatures<double>(2, 3, 0.3), Chain<double>.Perceptron([6 + latentWidth, 10, 2], Activation.Tanh)),
        Trunk => new TrunkDecoder<double>(
            Chain<double>.Perceptron([latentWidth, 9, 5], Activation.Tanh), Chain<double>.Perceptron([2, 8, 12], Activation.Tanh), 2),
        Modal => new ModalDecoder<double>(Chain<double>.Perceptron([latentWidth, 9, 7], Activation.Tanh), Modes()),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    private static FieldModes<double> Modes()
    {
        var snapshots = new Matrix<double>(20, Frame.GridPlaces().Length);
        new RandomSource(5).FillNormal(snapshots.Values);
        return FieldModes<double>.Of(snapshots, FieldModes<double>.GridWeights(Frame), 7, new RandomSource(6), Workers.One);
    }

    private static RegularGrid Grid() => new(new GridAxis(-2, 0.5, 6), new GridAxis(10, 2, 5));
}
