using Sonde.Dynamics.Fields;
using Sonde.Dynamics.Noise;

namespace Sonde.Observing.Errors;

/// <summary>Observation errors as an experiment file states them; becomes an error once it is known what is observed.</summary>
/// <param name="Sd">Standard deviation of every value; not beside <paramref name="Relative"/>. 1 where neither is given.</param>
/// <param name="Relative">Standard deviation as a share of what <paramref name="Of"/> says.</param>
/// <param name="Of">What <paramref name="Relative"/> is relative to.</param>
/// <param name="Floor">The least standard deviation where it is relative to values, which may be 0.</param>
/// <param name="Distribution">The shape of one error's distribution.</param>
/// <param name="DegreesOfFreedom">ν of a Student-t error, above 2.</param>
/// <param name="Correlation">How errors of values of one quantity are correlated in space; null where they are not.</param>
/// <param name="Autoregressive">φ: errors of values of one quantity k places apart in the list are correlated by φᵏ; null where they are not.</param>
/// <param name="CorrelatedShare">
/// The share of the variance that is correlated, above 0 and at most 1; the rest is white, which also keeps the covariance of
/// crowded points away from singular.
/// </param>
public sealed record ErrorModel(
    double? Sd = null,
    double? Relative = null,
    ErrorReference Of = ErrorReference.Deviation,
    double Floor = 0,
    ErrorFamily Distribution = ErrorFamily.Gaussian,
    double DegreesOfFreedom = 4,
    SpatialCorrelation? Correlation = null,
    double? Autoregressive = null,
    double CorrelatedShare = 1)
{
    /// <summary>True where the error of a value depends on the value itself.</summary>
    public bool DependsOnValues => Relative is not null && Of == ErrorReference.Value;

    /// <summary>The error of given values.</summary>
    /// <param name="points">Where each is read, [m].</param>
    /// <param name="blocks">Which values belong together, [m]: errors are correlated among neighbors in the list of equal number alone.</param>
    /// <param name="values">What would be read without error, [m]; used only where <see cref="DependsOnValues"/>.</param>
    /// <param name="deviations">Standard deviation of each observed quantity itself, [m]; used only where errors are relative to it.</param>
    /// <param name="space">Where distances are measured.</param>
    /// <exception cref="ArgumentException">The settings contradict each other, or do not make an error for these values.</exception>
    public IObservationError Resolve(
        IReadOnlyList<SpacePoint?> points, IReadOnlyList<int> blocks, ReadOnlySpan<double> values, ReadOnlySpan<double> deviations, ISpace space)
    {
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(blocks);
        ArgumentNullException.ThrowIfNull(space);
        Check();
        var own = Deviations(points.Count, values, deviations);
        if (Correlation is not null || Autoregressive is not null)
            return Correlated(own, points, blocks, space);
        return Distribution switch
        {
            ErrorFamily.Gaussian => new DiagonalError(own),
            ErrorFamily.Laplace => new LaplaceError(own),
            ErrorFamily.Student => new StudentError(own, DegreesOfFreedom),
            _ => throw new InvalidOperationException($"No error family {Distribution}."),
        };
    }

    /// <summary>Refuses settings that contradict each other.</summary>
    /// <exception cref="ArgumentException">One sentence says which.</exception>
    public void Check()
    {
        if (Sd is { } sd && Relative is { } relative)
            throw new ArgumentException($"An error is either absolute or relative, not both {sd} and {relative} of something.", nameof(Sd));
        if (!((Sd ?? Relative ?? 1) is > 0 and < double.PositiveInfinity))
            throw new ArgumentException($"A standard deviation must be a finite number above 0, not {Sd ?? Relative}.", Sd is null ? nameof(Relative) : nameof(Sd));
        if (!(Floor >= 0))
            throw new ArgumentException($"The least standard deviation must be 0 or more, not {Floor}.", nameof(Floor));
        if (Correlation is not null && Autoregressive is not null)
            throw new ArgumentException("Errors are correlated either in space or along the list, not both.", nameof(Autoregressive));
        if (!(Autoregressive is null or > 0 and < 1))
            throw new ArgumentException($"The coefficient of an autoregressive series must lie between 0 and 1, not at {Autoregressive}.", nameof(Autoregressive));
        if (!(CorrelatedShare is > 0 and <= 1))
            throw new ArgumentException($"The correlated share of the variance must lie above 0 and at most at 1, not at {CorrelatedShare}.", nameof(CorrelatedShare));
        if (Distribution != ErrorFamily.Gaussian && (Correlation is not null || Autoregressive is not null))
            throw new ArgumentException($"Only Gaussian errors can be correlated, not {Distribution} ones.", nameof(Distribution));
    }

    private double[] Deviations(int count, ReadOnlySpan<double> values, ReadOnlySpan<double> deviations)
    {
        var own = new double[count];
        if (Relative is not { } share)
        {
            Array.Fill(own, Sd ?? 1);
            return own;
        }
        var reference = Of == ErrorReference.Value ? values : deviations;
        if (reference.Length != count)
            throw new ArgumentException($"Relative errors of {count} values need as many numbers to be relative to, not {reference.Length}.", nameof(deviations));
        for (var i = 0; i < count; i++)
            own[i] = Math.Max(share * Math.Abs(reference[i]), Floor);
        return own;
    }

    private IObservationError Correlated(double[] deviations, IReadOnlyList<SpacePoint?> points, IReadOnlyList<int> blocks, ISpace space)
    {
        var errors = new List<IObservationError>();
        for (int first = 0, next; first < blocks.Count; first = next)
        {
            for (next = first + 1; next < blocks.Count && blocks[next] == blocks[first];)
                next++;
            var start = first;
            errors.Add(CorrelatedError.From(deviations.AsSpan(first..next), (i, j) => CorrelatedShare * Of(start + i, start + j)));
        }
        return errors.Count switch
        {
            0 => new DiagonalError([]),
            1 => errors[0],
            _ => new StackedError(errors),
        };

        double Of(int i, int j) => Correlation?.At(space.Distance(PointOf(points, i), PointOf(points, j))) ?? Math.Pow(Autoregressive!.Value, Math.Abs(i - j));
    }

    private static SpacePoint PointOf(IReadOnlyList<SpacePoint?> points, int i) =>
        points[i] ?? throw new ArgumentException($"Errors cannot be correlated in space: value {i} has no place.", nameof(points));
}
