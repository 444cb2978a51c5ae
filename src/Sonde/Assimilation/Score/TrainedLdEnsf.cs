using Sonde.Assimilation.Filters;
using Sonde.Assimilation.Learned;
using Sonde.Networks;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Score;

/// <summary>LD-EnSF with what it has learned.</summary>
internal sealed class TrainedLdEnsf
{
    private const string Remembered = "encoder";
    private readonly LdEnsf method;
    private readonly Matrix<float> weights;
    private readonly EncodedReadings readings;
    private readonly LatentUpdate update;
    private readonly ObservationMemory encoder;

    /// <summary>Takes what was learned.</summary>
    /// <exception cref="ArgumentException">It does not fit the settings.</exception>
    public TrainedLdEnsf(LdEnsf method, LearnedState state)
    {
        (this.method, weights, readings) = (method, state.Weights, new(state));
        update = LatentUpdate.Load(method.Filter, state, method.LatentNoise, method.Noise, method.Scaling);
        encoder = new ObservationMemory(readings.Count, method.Hidden, readings.Times, update.Space.Width);
        if (weights.Width != encoder.Network.WeightCount)
            throw new ArgumentException($"The network has {encoder.Network.WeightCount} weights, but {weights.Width} were learned.", nameof(state));
    }

    /// <summary>Reads, updates, goes on.</summary>
    public Analysis Assimilate(AssimilationWindow window, IBelief background, RandomSource random)
    {
        var ensemble = BeliefConversion.ToEnsemble(background, method.Members, random);
        return ensemble.Width == update.Space.Width
            ? EnsembleCycle.Run(window, ensemble, random, Analyze)
            : new Analysis(background, AnalysisStatus.Diverged, $"The encoder has learned rows of {update.Space.Width} components, but the system's have {ensemble.Width}.");
    }

    private EnsembleStep Analyze(AssimilationWindow window, Observation observation, EnsembleBelief forecast, Matrix<double> predicted, RandomSource random)
    {
        if (readings.Complaint(window, observation) is { } complaint)
            return new(forecast, Failure: complaint);
        var memory = new Dictionary<string, Matrix<double>>(forecast.Memory);
        var state = memory.TryGetValue(Remembered, out var before) ? before.Copy() : new Matrix<double>(1, encoder.StateWidth);
        var (values, row) = (new Matrix<float>(1, readings.Count), new double[update.Space.Width]);
        readings.Normalized(window, observation, forecast, values.Values);
        encoder.Read(weights, values, state, row);
        memory[Remembered] = state;
        if (!update.Apply(forecast.Members, row, observation, window, random))
            return new(forecast, Failure: $"The score filter's steps at observation {observation.Index} overflow; expected a smaller scaling or a larger noise.");
        if (method.Inflation != 1)
            EnsembleTransform.Scale(forecast.Members, method.Inflation, window.Workers);
        return new(new EnsembleBelief(forecast.Members, null, memory));
    }
}
