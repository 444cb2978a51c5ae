using Sonde.Networks;

namespace Sonde.Assimilation.Incremental;

/// <summary>Builds networks that read a window of time and write as much: sequences of channels in, sequences of channels out.</summary>
public interface IWindowNetwork
{
    /// <summary>True where one set of weights serves windows of any length.</summary>
    bool ServesAnyLength { get; }

    /// <summary>A network from rows [channels × T] to rows [outputs × n × T], channel after channel, which are 0 before training.</summary>
    /// <param name="shape">What is read.</param>
    /// <param name="outputs">Numbers written for each component at a time.</param>
    /// <exception cref="ArgumentException">The sizes do not fit the configuration.</exception>
    ILayer<float> Build(WindowShape shape, int outputs);
}
