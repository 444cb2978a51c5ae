using Sonde.Networks;

namespace Sonde.Assimilation.Incremental;

/// <summary>Builds networks that read a window of time and write as much: sequences of channels in, sequences of channels out.</summary>
public interface IWindowNetwork
{
    /// <summary>True where one set of weights serves windows of any length.</summary>
    bool ServesAnyLength { get; }

    /// <summary>A network from rows [channels × times] to rows [outputs × times], channel after channel.</summary>
    /// <param name="channels">Numbers read at a time.</param>
    /// <param name="outputs">Numbers written at a time, 0 before training.</param>
    /// <param name="times">Length of the window.</param>
    /// <exception cref="ArgumentException">The sizes do not fit the configuration.</exception>
    ILayer<float> Build(int channels, int outputs, int times);
}
