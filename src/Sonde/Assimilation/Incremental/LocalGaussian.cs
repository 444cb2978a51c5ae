using Sonde.Calculus;

namespace Sonde.Assimilation.Incremental;

/// <summary>Gaussians near estimates, a row each: what trajectories look like that are as far from the truth as an estimate is.</summary>
/// <param name="Mean">μ, [rows, d].</param>
/// <param name="Numbers">What the form of the prior reads beside the mean, [rows or 1, any]; null where the mean alone counts.</param>
internal readonly record struct LocalGaussian(Variable<float> Mean, Variable<float>? Numbers);
