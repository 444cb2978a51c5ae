using System.Numerics;
using Sonde.Experiments.Training.Layers;
using Sonde.Networks;
using Sonde.Surrogates;

namespace Sonde.Experiments.Training;

/// <summary>A decoder as a file describes it.</summary>
public interface IDecoderSource
{
    /// <summary>The decoder.</summary>
    /// <param name="latentWidth">Width of a latent state.</param>
    /// <param name="frame">The fields.</param>
    /// <param name="modes">So many modes of the fields, or as many as there are: found in the data, or read from a file.</param>
    /// <exception cref="InputException">A layer does not fit its place.</exception>
    IDecoder<T> Build<T>(int latentWidth, FieldFrame frame, Func<int, FieldModes<T>> modes) where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}

/// <summary>The published decoder: a network of coordinate and state.</summary>
/// <param name="Network">From [features, state] to a value a field.</param>
/// <param name="Frequencies">Fourier features of the coordinate; 0 for the coordinate itself.</param>
/// <param name="Deviation">Standard deviation of the frequencies as they are drawn; the coordinate runs from −1 to 1.</param>
/// <param name="Learned">Whether frequencies are weights.</param>
public sealed record CoordinateSource(ILayerSource Network, int Frequencies = 0, double Deviation = 0.4, bool Learned = true) : IDecoderSource
{
    /// <summary>Fourier features of the coordinate.</summary>
    public int Frequencies { get; init; } = Require.AtLeast(0, Frequencies, nameof(Frequencies));

    /// <inheritdoc/>
    public IDecoder<T> Build<T>(int latentWidth, FieldFrame frame, Func<int, FieldModes<T>> modes) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(frame);
        var features = Frequencies == 0 ? null : new FourierFeaturesSource(Frequencies, Deviation, Learned).Build<T>(Size.Plain(frame.Dimensions), null).Layer;
        var places = features?.OutputWidth ?? frame.Dimensions;
        return new CoordinateDecoder<T>(
            latentWidth, features, NetworkBuilder.Build<T>(Network, "decoder.network", Size.Plain(places + latentWidth), Size.Plain(frame.Fields)));
    }
}

/// <summary>Our decoder: a sum over modes, of which a network of the state says how much of each there is.</summary>
/// <param name="Network">From the state to the coefficients; its last hidden layer bounds their rank, so it should be as wide as there are modes.</param>
/// <param name="Modes">How many.</param>
/// <param name="Trunk">From the coordinate to the modes; modes of the data on its grid where absent.</param>
/// <param name="Storage">How exactly modes of the data are held, in training and in the file.</param>
public sealed record SeparableSource(ILayerSource Network, int Modes = 100, ILayerSource? Trunk = null, ModeStorage Storage = ModeStorage.Full) : IDecoderSource
{
    /// <summary>How many.</summary>
    public int Modes { get; init; } = Require.AtLeast(1, Modes, nameof(Modes));

    /// <inheritdoc/>
    public IDecoder<T> Build<T>(int latentWidth, FieldFrame frame, Func<int, FieldModes<T>> modes) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(modes);
        if (Trunk is null)
        {
            var found = Storage == ModeStorage.Byte ? ByteModes.Round(modes(Modes)) : modes(Modes);
            return new ModalDecoder<T>(Branch<T>(latentWidth, found.Count), found);
        }
        var trunk = NetworkBuilder.Build<T>(Trunk, "decoder.trunk", Size.Plain(frame.Dimensions), Size.Plain(frame.Fields * (Modes + 1)));
        return new TrunkDecoder<T>(Branch<T>(latentWidth, Modes), trunk, frame.Fields);
    }

    private ILayer<T> Branch<T>(int latentWidth, int count) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        NetworkBuilder.Build<T>(Network, "decoder.network", Size.Plain(latentWidth), Size.Plain(count));
}

/// <summary>How exactly modes are held.</summary>
public enum ModeStorage
{
    /// <summary>In the precision they are found in.</summary>
    Full,

    /// <summary>In a byte a value, 127 steps each way: a quarter of the file, and an error of about 2 % of a field's departure from the mean.</summary>
    Byte,
}
