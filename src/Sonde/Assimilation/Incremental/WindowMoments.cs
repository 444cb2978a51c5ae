using Sonde.Numerics;

namespace Sonde.Assimilation.Incremental;

/// <summary>How the moments of whole trajectories are kept.</summary>
public enum MomentsForm
{
    /// <summary><see cref="Dense"/> up to 2048 numbers in a window, <see cref="Chain"/> beyond.</summary>
    Automatic,

    /// <summary>A covariance between any two numbers of a window: exact, and quadratic in its length.</summary>
    Dense,

    /// <summary>Each state given some before it, at each time anew: a banded precision, linear in the window's length.</summary>
    Chain,

    /// <summary>As <see cref="Chain"/>, the same at all times: for windows of a system that has forgotten its start.</summary>
    StationaryChain,
}

/// <summary>How the moments of whole trajectories are kept, from which first estimates are made.</summary>
/// <param name="Form">How.</param>
/// <param name="Order">How many states before it a state of a chain is given; null for as many as hold 32 numbers, and at least 1.</param>
public sealed record WindowMoments(MomentsForm Form = MomentsForm.Automatic, int? Order = null)
{
    private const int DenseNumbers = 2048, NumbersBefore = 32, MostNumbers = 6000;

    /// <summary>States before.</summary>
    /// <exception cref="ArgumentException">Fewer than 1.</exception>
    public int? Order { get; init => field = Check.AtLeast(1, value, nameof(Order)); } = Check.AtLeast(1, Order, nameof(Order));

    /// <summary>The moments of normalized trajectories.</summary>
    /// <param name="samples">[any, T n].</param>
    /// <param name="width">n.</param>
    /// <exception cref="ArgumentException">There are more numbers in a window than a covariance can be kept of.</exception>
    internal ITrajectoryMoments Of(ReadOnlyBatch<double> samples, int width)
    {
        if (Form == MomentsForm.Dense && samples.Width > MostNumbers)
            throw new ArgumentException(
                $"A window of {samples.Width / width} times of {width} components has {samples.Width} numbers; expected {MostNumbers} or fewer: shorten 'window', or choose the moments' form 'chain'.", nameof(samples));
        return Form == MomentsForm.Dense || (Form == MomentsForm.Automatic && samples.Width <= DenseNumbers)
            ? TrajectoryMoments.Of(samples)
            : TrajectoryChain.Of(samples, width, Order ?? Math.Max(1, NumbersBefore / width), Form == MomentsForm.StationaryChain);
    }
}
