using Sonde.Assimilation;
using Sonde.Dynamics;
using Sonde.Experiments.Running;
using Sonde.Numerics;
using Sonde.Surrogates;

namespace Sonde.Experiments.Configuration;

/// <summary>What is believed before any observation.</summary>
public interface IBackgroundSource
{
    /// <summary>The prior at step 0.</summary>
    /// <param name="system">The system that the methods use.</param>
    /// <param name="truth">The true initial state; null where nobody knows it.</param>
    /// <param name="attractor">States of a long run of the system, made at first use.</param>
    /// <param name="random">Randomness of the background.</param>
    /// <exception cref="InputException">The background does not fit the system.</exception>
    IPrior Prior(IDynamicalSystem system, double[]? truth, Func<Matrix<double>> attractor, RandomSource random);
}

/// <summary>Any state of the system's long run may be the true one.</summary>
public sealed record ClimatologyBackground : IBackgroundSource
{
    /// <inheritdoc/>
    public IPrior Prior(IDynamicalSystem system, double[]? truth, Func<Matrix<double>> attractor, RandomSource random) => new EmpiricalPrior(attractor());
}

/// <summary>N(m, sd²) with m itself drawn from N(truth, sd²): the truth is a typical member, never the mean.</summary>
/// <param name="Sd">Standard deviation, above 0.</param>
public sealed record PerturbedTruthBackground(double Sd) : IBackgroundSource
{
    /// <summary>Standard deviation.</summary>
    public double Sd { get; init; } = Sd > 0 ? Sd : throw new ArgumentOutOfRangeException(nameof(Sd), Sd, "The standard deviation must be above 0.");

    /// <inheritdoc/>
    public IPrior Prior(IDynamicalSystem system, double[]? truth, Func<Matrix<double>> attractor, RandomSource random)
    {
        if (SurrogateSource.Of(system) is not null)
            throw new InputException("background.kind is 'perturbed-truth', but rows of a surrogate start from parameters alone; expected prior or uniform.");
        if (truth is null)
            throw new InputException("background.kind is 'perturbed-truth', but nobody knows the truth of observations from files; expected climatology or prior.");
        var mean = new double[truth.Length];
        random.FillNormal(mean);
        for (var i = 0; i < mean.Length; i++)
            mean[i] = truth[i] + Sd * mean[i];
        return new GaussianPrior(mean, [.. Enumerable.Repeat(Sd, mean.Length)]);
    }
}

/// <summary>N(mean, sd²), independent components; what the system usually starts from, Gaussian or not, where nothing is given.</summary>
/// <param name="Mean">One number for every component, or one each; the system's own, or the state in a command's file, where absent.</param>
/// <param name="Sd">One number for every component, or one each; the system's own where absent.</param>
/// <param name="SpinUp">Time units for which the system carries draws before t = 0, at least 0.</param>
public sealed record GaussianBackground(Numbers? Mean = null, Numbers? Sd = null, double SpinUp = 0) : IBackgroundSource
{
    /// <summary>Time units before t = 0.</summary>
    public double SpinUp { get; init; } = SpinUp >= 0 ? SpinUp : throw new ArgumentOutOfRangeException(nameof(SpinUp), SpinUp, "The spin-up must not be negative.");

    /// <inheritdoc/>
    public IPrior Prior(IDynamicalSystem system, double[]? truth, Func<Matrix<double>> attractor, RandomSource random)
    {
        if (SurrogateSource.Of(system) is { } surrogate && (Mean is not null || Sd is not null))
            return OfParameters(surrogate, random);
        if ((Mean is not null || Sd is not null) && system.DefaultPrior is { States: UniformParameters uniform } own)
        {
            var around = uniform.Around(Choose("mean", Mean, own.Mean, system.Width), Choose("sd", Sd, own.StandardDeviation, system.Width));
            return new CorrelatedPrior(around.Mean, around.Correlated!, around.States);
        }
        var usual = Mean is null || Sd is null ? system.DefaultPrior : null;
        return Sd is null && usual?.Correlated is { } departures
            ? new CorrelatedPrior(Choose("mean", Mean, usual.Mean, system.Width), departures, Mean is null ? usual.States : null)
            : new GaussianPrior(
                Choose("mean", Mean, usual?.Mean ?? ExternalSystem.MeanOf(system), system.Width), Choose("sd", Sd, usual?.StandardDeviation, system.Width));
    }

    /// <summary>Of a surrogate's rows the parameters alone are drawn; the middle of their ranges, and the deviation of a uniform number, where absent.</summary>
    private StartedPrior OfParameters(LatentSurrogate surrogate, RandomSource random)
    {
        double[] middle = [.. surrogate.Ranges.Select(range => range.Center)], deviation = [.. surrogate.Ranges.Select(range => (range.Greatest - range.Least) / Math.Sqrt(12))];
        return StartedPrior.Of(new GaussianPrior(Choose("mean", Mean, middle, middle.Length), Choose("sd", Sd, deviation, middle.Length)), surrogate, random);
    }

    private static double[] Choose(string key, Numbers? given, double[]? usual, int width) =>
        given is not null ? given.Spread(width, $"background.{key}")
        : usual ?? throw new InputException($"background.kind is 'prior', but this system has no usual prior; expected the key background.{key}.");
}

/// <summary>One number, or a list of them.</summary>
/// <param name="Values">At least one.</param>
public sealed record Numbers(IReadOnlyList<double> Values)
{
    /// <summary>One a component.</summary>
    /// <exception cref="InputException">There are several, but not as many as components.</exception>
    public double[] Spread(int width, string key) =>
        Values.Count == width ? [.. Values]
        : Values.Count == 1 ? [.. Enumerable.Repeat(Values[0], width)]
        : throw new InputException($"{key} is a list of {Values.Count}; expected one number or {width}, one for each component of the state.");
}

/// <summary>Independent components, each uniform between two bounds; truths start there too.</summary>
/// <param name="From">One number for every component, or one each.</param>
/// <param name="To">One number for every component, or one each.</param>
public sealed record UniformBackground(Numbers From, Numbers To) : IBackgroundSource
{
    /// <inheritdoc/>
    public IPrior Prior(IDynamicalSystem system, double[]? truth, Func<Matrix<double>> attractor, RandomSource random)
    {
        try
        {
            if (SurrogateSource.Of(system) is { } surrogate)
                return StartedPrior.Of(Box(surrogate.Ranges.Count), surrogate, random);
            return Box(system.Width);
        }
        catch (ArgumentException e)
        {
            throw new InputException($"background: {InputException.Sentence(e)}", e);
        }

        UniformPrior Box(int width) => new(From.Spread(width, "background.from"), To.Spread(width, "background.to"));
    }
}
