using Sonde.Dynamics.Noise;
using Sonde.Numerics;

namespace Sonde.Dynamics;

/// <summary>
/// A tendency with some of its parameters uncertain: they are the trailing components of a row, constant or walking at random,
/// so that every method estimates them with the state. Each row is stepped with parameters of its own.
/// </summary>
public sealed class AugmentedSystem : IDifferentiableSystem, IStochasticSystem
{
    private readonly IParametricField tendency;
    private readonly UncertainParameter[] uncertain;
    private readonly int[] places;                      // of each uncertain parameter among all
    private readonly ButcherTableau tableau;
    private readonly double[] values;                   // of all parameters, where they are not uncertain
    private readonly bool walks;

    /// <summary>A tendency and which of its parameters are uncertain.</summary>
    /// <param name="tendency">The tendency.</param>
    /// <param name="uncertain">In the order of a row's trailing components.</param>
    /// <param name="scheme">How the tendency is stepped.</param>
    /// <exception cref="ArgumentException">A name is unknown or given twice, or numbers of a parameter do not fit.</exception>
    public AugmentedSystem(IParametricField tendency, IReadOnlyList<UncertainParameter> uncertain, RungeKuttaScheme scheme = RungeKuttaScheme.Classical4)
    {
        ArgumentNullException.ThrowIfNull(tendency);
        ArgumentNullException.ThrowIfNull(uncertain);
        (this.tendency, this.uncertain, tableau) = (tendency, [.. uncertain], ButcherTableau.Of(scheme));
        places = [.. uncertain.Select(parameter => PlaceOf(tendency, parameter))];
        if (places.Distinct().Count() != places.Length)
            throw new ArgumentException(
                $"Each uncertain parameter is named once, but these were given: {string.Join(", ", uncertain.Select(p => p.Name))}.", nameof(uncertain));
        values = [.. Enumerable.Range(0, tendency.Parameters.Count).Select(tendency.ParameterValue)];
        walks = uncertain.Any(parameter => parameter.Walk > 0);
        Domain = new Domain(tendency.Domain.Space, tendency.Domain.Fields, [.. uncertain.Select(parameter => parameter.Name)]);
    }

    /// <inheritdoc/>
    public int Width => tendency.Width + uncertain.Length;

    /// <summary>The tendency's fields, then the uncertain parameters.</summary>
    public Domain Domain { get; }

    /// <summary>False where a parameter walks.</summary>
    public bool KeepsParameters => !walks;

    /// <summary>The tendency's own, then what is believed of the parameters; null where the tendency has none.</summary>
    public DefaultPrior? DefaultPrior => tendency.DefaultPrior is { } prior
        ? UniformParameters.Among(
            new DefaultPrior(
                [.. prior.Mean, .. uncertain.Select((parameter, i) => parameter.Expected(values[places[i]]))],
                [.. prior.StandardDeviation, .. uncertain.Select(parameter => parameter.Deviation)]),
            uncertain)
        : null;

    /// <inheritdoc/>
    public void Advance(Batch<double> x, double time, double dt, int steps, int firstRow, RandomSource noise)
    {
        var sources = walks ? StepNoise.Sources(noise, firstRow, x.Rows) : [];
        var block = RungeKutta.BlockRows(tendency.Width);
        for (var first = 0; first < x.Rows; first += block)
        {
            using var frame = Scratch.Enter();
            var rows = x.Slice(first, Math.Min(block, x.Rows - first));
            var states = frame.Rent(rows.Rows, tendency.Width);
            var parameters = frame.Rent(rows.Rows, values.Length);
            Split(rows, states, parameters, values);
            var slopes = new ParametricSlopes(tendency, parameters, default);
            if (!walks)
                RungeKutta.Advance(slopes, tableau, states, time, dt, steps);
            else
                for (var step = 0; step < steps; step++)
                {
                    RungeKutta.Advance(slopes, tableau, states, time + step * dt, dt, 1);
                    for (var row = 0; row < rows.Rows; row++)
                        Walk(parameters[row], Math.Sqrt(dt), sources[first + row]);
                }
            Merge(states, parameters, rows);
        }
    }

    /// <inheritdoc/>
    public void AdvanceTangent(Span<double> x, Batch<double> dx, double time, double dt, int steps)
    {
        using var frame = Scratch.Enter();
        var state = frame.Rent(1, tendency.Width);
        var parameters = frame.Rent(1, values.Length);
        var dStates = frame.Rent(dx.Rows, tendency.Width);
        var dParameters = frame.RentCleared(dx.Rows, values.Length);
        Split(new Batch<double>(x), state, parameters, values);
        Split(dx, dStates, dParameters, []);
        RungeKutta.AdvanceTangent(new ParametricSlopes(tendency, parameters, dParameters), tableau, state, dStates, time, dt, steps);
        Merge(state, parameters, new Batch<double>(x));
        Merge(dStates, dParameters, dx);
    }

    /// <inheritdoc/>
    public void AdvanceAdjoint(ReadOnlyBatch<double> x, Batch<double> xBar, double time, double dt, int steps)
    {
        using var frame = Scratch.Enter();
        var states = frame.Rent(x.Rows, tendency.Width);
        var parameters = frame.Rent(x.Rows, values.Length);
        var stateBars = frame.Rent(xBar.Rows, tendency.Width);
        var parameterBars = frame.RentCleared(xBar.Rows, values.Length);
        Split(x, states, parameters, values);
        Split(xBar, stateBars, parameterBars, []);
        var slopes = new ParametricAdjointSlopes(tendency, parameters, parameterBars);
        Backward.Run(new RungeKuttaAdjoint<ParametricAdjointSlopes>(slopes, tableau, time, dt), states, stateBars, steps);
        Merge(stateBars, parameterBars, xBar);
    }

    /// <summary>The random walks' variances, dt Walk².</summary>
    public void AddStepCovariance(double dt, Batch<double> covariance)
    {
        for (var i = 0; i < uncertain.Length; i++)
            covariance[tendency.Width + i, tendency.Width + i] += dt * uncertain[i].Walk * uncertain[i].Walk;
    }

    private void Walk(Span<double> parameters, double rootOfStep, RandomSource random)
    {
        for (var i = 0; i < uncertain.Length; i++)
            parameters[places[i]] += rootOfStep * uncertain[i].Walk * random.NextNormal();
    }

    private void Split(ReadOnlyBatch<double> rows, Batch<double> states, Batch<double> parameters, ReadOnlySpan<double> others)
    {
        for (var row = 0; row < rows.Rows; row++)
        {
            rows[row][..tendency.Width].CopyTo(states[row]);
            others.CopyTo(parameters[row]);
            for (var i = 0; i < places.Length; i++)
                parameters[row, places[i]] = rows[row, tendency.Width + i];
        }
    }

    private void Merge(ReadOnlyBatch<double> states, ReadOnlyBatch<double> parameters, Batch<double> rows)
    {
        for (var row = 0; row < rows.Rows; row++)
        {
            states[row].CopyTo(rows[row]);
            for (var i = 0; i < places.Length; i++)
                rows[row, tendency.Width + i] = parameters[row, places[i]];
        }
    }

    private static int PlaceOf(IParametricField tendency, UncertainParameter parameter)
    {
        parameter.Check();
        for (var i = 0; i < tendency.Parameters.Count; i++)
            if (tendency.Parameters[i] == parameter.Name)
                return i;
        throw new ArgumentException($"There is no parameter {parameter.Name}; there are {string.Join(", ", tendency.Parameters)}.", nameof(parameter));
    }
}
