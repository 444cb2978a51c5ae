namespace Sonde.Assimilation.Amortized;

/// <summary>A parameter of the model that <see cref="Coda"/> or <see cref="ViCoda"/> learns beside its network, from the same loss. Zinchenko and Greenberg, arXiv 2409.07137, 2024.</summary>
/// <param name="Name">As the system calls it.</param>
/// <param name="From">The value to begin with; null for the system's own.</param>
/// <param name="Rate">Its own learning rate, in its own unit; follows the same schedule as that of the weights.</param>
public sealed record LearnedParameter(string Name, double? From = null, double Rate = 0.05)
{
    /// <summary>Its learning rate.</summary>
    /// <exception cref="ArgumentException">Not above 0.</exception>
    public double Rate { get; init => field = Check.Positive(value, nameof(Rate)); } = Check.Positive(Rate, nameof(Rate));
}
