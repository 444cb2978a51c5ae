namespace Sonde.Assimilation.Incremental;

/// <summary>
/// What a window's network reads, a channel of T numbers each: first the n components of an estimate, then one channel for all of them, then the n
/// components of every other field.
/// </summary>
/// <param name="Width">n.</param>
/// <param name="Times">T.</param>
/// <param name="Fields">Numbers of a component at a time; 1 is the estimate alone.</param>
public readonly record struct WindowShape(int Width, int Times, int Fields)
{
    /// <summary>n T.</summary>
    public int Count => Width * Times;

    /// <summary>Channels read.</summary>
    public int Channels => 1 + Fields * Width;

    /// <summary>Where a number of a trajectory, time after time, stands among channels, one after the other.</summary>
    internal int Channel(int row) => row % Width * Times + row / Width;
}
