using System.Collections.Concurrent;
using System.Numerics.Tensors;
using Sonde.Assimilation;
using Sonde.Dynamics;
using Sonde.Experiments.Configuration;
using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Observing.Errors;
using Sonde.Observing.Operators;
using Sonde.Surrogates;

namespace Sonde.Experiments.Running;

/// <summary>A surrogate's own error as an experiment meets it: in what its observations err by, and in what is believed about fields.</summary>
internal sealed class DecodedErrors
{
    /// <summary>What a user should know where nobody measured the error.</summary>
    public const string Unknown =
        "the surrogate's own error was not measured, so that what is believed is too sure; 'sonde measure' adds it.";

    private const int StatesForSlopes = 16;
    private readonly LatentSurrogate surrogate;
    private readonly SurrogateError error;
    private readonly TimeGrid grid;
    private readonly IPrior prior;
    private readonly RandomSource random;
    private readonly double factor;
    private readonly Lazy<PlacedError> there;
    private readonly ConcurrentDictionary<IObservationOperator, double[]> readings = new(ReferenceEqualityComparer.Instance);

    /// <summary>With a surrogate of which the error is known.</summary>
    /// <param name="surrogate">Starts at the grid's start.</param>
    /// <param name="error">Its own.</param>
    /// <param name="factor">Multiplies the standard deviations.</param>
    /// <param name="wanted">The fields that are scored and shown, by name.</param>
    /// <param name="grid">Of the surrogate's steps.</param>
    /// <param name="prior">Of its rows at the grid's start.</param>
    /// <param name="random">Of the draws.</param>
    public DecodedErrors(LatentSurrogate surrogate, SurrogateError error, double factor, Domain wanted, TimeGrid grid, IPrior prior, RandomSource random)
    {
        (this.surrogate, this.error, this.factor, this.grid, this.prior, this.random) = (surrogate, error, factor, grid, prior, random);
        there = new(() => error.At(
            [.. wanted.Fields.SelectMany(field => field.Grid.Points().Select(point => new FieldPlace(surrogate.Fields.IndexOf(field.Name), point)))]));
    }

    /// <summary>What a surrogate errs by; null where that was not measured, or nothing of it is to be believed.</summary>
    /// <param name="surrogate">Starts at the grid's start.</param>
    /// <param name="own">How much of its error is believed; all where absent.</param>
    /// <param name="wanted">The fields that are scored and shown, by name.</param>
    /// <param name="grid">Of the surrogate's steps.</param>
    /// <param name="prior">Of its rows at the grid's start.</param>
    /// <param name="random">Of the draws.</param>
    public static DecodedErrors? Of(LatentSurrogate surrogate, OwnError? own, Domain wanted, TimeGrid grid, IPrior prior, RandomSource random) =>
        surrogate.Error is { } error && (own ?? new()).Factor is > 0 and var factor ? new(surrogate, error, factor, wanted, grid, prior, random) : null;

    /// <summary>The same observation with the surrogate's errors added to its own, as independent ones and for parameters of which nothing is known.</summary>
    /// <exception cref="ArgumentException">What is observed is not read through the surrogate.</exception>
    public Observation Widen(Observation observation)
    {
        if (observation.Count == 0)
            return observation;
        var variances = new double[observation.Count];
        var ofOperator = observation.Operator is InstrumentOperator or StackedOperator
            ? Variances(observation) : readings.GetOrAdd(observation.Operator, _ => Variances(observation));
        TensorPrimitives.Multiply(ofOperator, factor * factor * error.FactorAt(Since(observation.At)), variances);
        return observation.WithError(WidenedError.Of(observation.Error, variances));
    }

    /// <summary>fields += an error for each member, of mean 0 over them: the same for the same trajectory and time, whoever asks.</summary>
    /// <param name="latent">Members as rows of the surrogate, with their weights.</param>
    /// <param name="fields">What was decoded of them, changed.</param>
    /// <param name="draws">For as many members; overwritten.</param>
    /// <param name="observation">When.</param>
    /// <param name="trajectory">Which.</param>
    /// <param name="workers">How many threads may work; the result does not depend on it.</param>
    public void Add(EnsembleBelief latent, Matrix<double> fields, Matrix<double> draws, Observation observation, int trajectory, Workers workers)
    {
        var variance = 0.0;
        for (var n = 0; n < fields.Rows; n++)
            variance += (latent.Weights?[n] ?? 1.0 / fields.Rows) * VarianceFactor(latent.Members[n], observation);
        there.Value.Draw(draws, latent.Weights, TwinSource.Of(random, trajectory).Fork(observation.Index), workers);
        var deviation = Math.Sqrt(variance);
        for (var n = 0; n < fields.Rows; n++)
            TensorPrimitives.MultiplyAdd(draws[n], deviation, fields[n][..draws.Width], fields[n][..draws.Width]);
    }

    /// <summary>Decoded fields with the error's variances added to their own.</summary>
    public GaussianBelief Add(GaussianBelief latent, GaussianBelief fields, Observation observation)
    {
        var (variances, own, share) = (new double[fields.Width], there.Value.Variances, VarianceFactor(latent.MeanState, observation));
        fields.Variance(variances);
        for (var i = 0; i < own.Count; i++)
            variances[i] += share * own[i];
        return new GaussianBelief(fields.MeanState, variances);
    }

    /// <summary>How many values are drawn for a member.</summary>
    public int Width => there.Value.Variances.Count;

    private double VarianceFactor(ReadOnlySpan<double> row, Observation observation) =>
        factor * factor * error.FactorAt(Since(observation.At)) * error.Parameters.At(row[surrogate.LatentWidth..]);

    private double Since(GridTime at) => grid.TimeOf(at) - grid.Start;

    private double[] Variances(Observation observation) => ReadingVariance.Of(observation.Operator, error.VariancesAt, () =>
    {
        var rows = new Matrix<double>(StatesForSlopes, surrogate.Width);
        prior.Sample(rows, random.Fork("slopes"));
        Forecast.Run(surrogate, grid, default, observation.At, rows, random, Workers.One);
        return rows;
    });
}
