using System.Collections.Concurrent;
using Sonde.Assimilation;
using Sonde.Assimilation.Learned;
using Sonde.Dynamics;
using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Observing.Operators;
using Sonde.Surrogates;

namespace Sonde.Experiments.Running;

/// <summary>
/// Truths of an experiment for a method that runs in a surrogate's latent rows: the observations are those of the truths, read through the decoder, and the
/// rows that stand for a truth are the surrogate's own trajectory from the truth's parameters.
/// </summary>
/// <param name="twins">Of the experiment itself.</param>
/// <param name="problem">As the method sees it.</param>
/// <param name="surrogate">What it runs in.</param>
/// <param name="columns">Where a truth's state holds each parameter of the surrogate.</param>
/// <param name="errors">What the surrogate errs by; null where nothing is believed about that.</param>
internal sealed class LatentTwins(ITwinSource twins, AssimilationProblem problem, LatentSurrogate surrogate, int[] columns, DecodedErrors? errors) : ITwinSource
{
    private readonly ConcurrentDictionary<IObservationOperator, IObservationOperator> operators = new(ReferenceEqualityComparer.Instance);

    /// <inheritdoc/>
    public AssimilationProblem Problem => problem;

    /// <inheritdoc/>
    public IReadOnlyList<GridTime> Times { get; } = [.. twins.Times.Select(at => problem.Grid.Locate(twins.Problem.Grid.TimeOf(at)))];

    /// <inheritdoc/>
    public int TruthWidth => twins.TruthWidth;

    /// <inheritdoc/>
    public void Simulate(Batch<double> truths, RandomSource random) => twins.Simulate(truths, random);

    /// <inheritdoc/>
    public IReadOnlyList<Observation> ObserveTruth(ReadOnlySpan<double> truth, RandomSource random) => twins.ObserveTruth(truth, random);

    /// <inheritdoc/>
    public IReadOnlyList<Observation> Observe(ReadOnlySpan<double> truth, RandomSource random) =>
    [
        .. ObserveTruth(truth, random).Select((observation, k) => observation.In(
            Times[k], operators.GetOrAdd(observation.Operator, there => Rereading.Of(there, twins.Problem.System.Fields, surrogate.Fields))))
            .Select(observation => errors?.Widen(observation) ?? observation),
    ];

    /// <inheritdoc/>
    public void Represent(ReadOnlyBatch<double> truths, Batch<double> rows)
    {
        var (parameters, states) = (new Matrix<double>(truths.Rows, columns.Length), new Matrix<double>(truths.Rows, surrogate.Width));
        for (var row = 0; row < truths.Rows; row++)
            for (var p = 0; p < columns.Length; p++)
                parameters[row, p] = truths[row][columns[p]];
        surrogate.Start(parameters, states);
        var at = default(GridTime);
        for (var k = 0; k * surrogate.Width < rows.Width; k++)
        {
            Forecast.Run(surrogate, problem.Grid, at, Times[k], states, new RandomSource(0), Workers.One);
            at = Times[k];
            for (var row = 0; row < states.Rows; row++)
                states[row].CopyTo(rows[row].Slice(k * surrogate.Width, surrogate.Width));
        }
    }
}
