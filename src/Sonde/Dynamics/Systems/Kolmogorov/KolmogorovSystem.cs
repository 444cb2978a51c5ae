using Sonde.Dynamics.Fields;
using Sonde.Numerics;

namespace Sonde.Dynamics.Systems.Kolmogorov;

/// <summary>
/// A <see cref="KolmogorovFlow"/> stepped forward, with uncertain numbers of its equation as trailing components of a row: "reynolds", "drag",
/// "amplitude". A row holds u, then v, each n × n with x fastest. Steps are divided into sub-steps short enough for the flow's Courant number and
/// the diffusion of its own Reynolds number. An uncertain Reynolds number below the least for which the sub-steps are stable, or below 1, counts as that.
/// </summary>
public sealed class KolmogorovSystem : IDifferentiableSystem
{
    private static readonly string[] Names = ["reynolds", "drag", "amplitude"];

    private readonly IFlowSteps steps;
    private readonly int[] places;                      // of each uncertain number among all
    private readonly double[] values;                   // of all, where they are not uncertain
    private readonly double longest;                    // a sub-step

    /// <summary>A flow and how it is stepped.</summary>
    /// <param name="flow">Equation and initial flow.</param>
    /// <param name="scheme">How it is discretized.</param>
    /// <param name="uncertain">In the order of a row's trailing components; constant in time, their walk is not made here.</param>
    /// <exception cref="ArgumentException">The grid does not resolve the forcing or has no fast transform, or a name is unknown or given twice.</exception>
    public KolmogorovSystem(
        KolmogorovFlow flow, KolmogorovScheme scheme = KolmogorovScheme.FiniteVolume, IReadOnlyList<UncertainParameter>? uncertain = null)
    {
        ArgumentNullException.ThrowIfNull(flow);
        (Flow, Scheme) = (flow, scheme);
        steps = scheme switch
        {
            KolmogorovScheme.FiniteVolume => new FiniteVolumeSteps(flow),
            KolmogorovScheme.Spectral => new SpectralSteps(flow),
            _ => throw new ArgumentOutOfRangeException(nameof(scheme), scheme, "Not a scheme."),
        };
        values = [flow.Reynolds, flow.Drag, flow.Amplitude];
        foreach (var parameter in uncertain ?? [])
            parameter.Check();
        places = [.. (uncertain ?? []).Select(parameter => Array.IndexOf(Names, parameter.Name) is >= 0 and var place
            ? place
            : throw new ArgumentException($"There is no parameter {parameter.Name}; there are {string.Join(", ", Names)}.", nameof(uncertain)))];
        if (places.Distinct().Count() != places.Length)
            throw new ArgumentException(
                $"Each uncertain parameter is named once, but these were given: {string.Join(", ", places.Select(place => Names[place]))}.", nameof(uncertain));
        longest = Math.Min(flow.Courant * flow.Spacing / flow.FastestFlow, steps.LongestStep(1 / flow.Reynolds));
        Domain = new Domain(
            new Plane(2 * Math.PI, 2 * Math.PI), [new Field("u", "1", Grid(steps.PlaceOfU)), new Field("v", "1", Grid(steps.PlaceOfV))],
            [.. places.Select(place => Names[place])]);
        var noise = new FlowNoise(steps, flow, [.. (uncertain ?? []).Select(parameter => parameter.Deviation)]);
        double[] mean = [.. noise.UsualFlow(), .. (uncertain ?? []).Select((parameter, i) => parameter.Expected(values[places[i]]))];
        DefaultPrior = UniformParameters.Among(new DefaultPrior(mean, noise.StandardDeviations(), noise), uncertain ?? []);
    }

    /// <summary>Equation and initial flow.</summary>
    public KolmogorovFlow Flow { get; }

    /// <summary>How it is discretized.</summary>
    public KolmogorovScheme Scheme { get; }

    /// <inheritdoc/>
    public int Width => FieldWidth + places.Length;

    /// <summary>Fields "u" and "v" on a torus of period 2π, where the scheme has them; then the uncertain numbers.</summary>
    public Domain Domain { get; }

    /// <summary>The usual initial flow, and departures of its spectrum around it.</summary>
    public DefaultPrior DefaultPrior { get; }

    private int FieldWidth => 2 * Flow.Size * Flow.Size;

    /// <summary>How many sub-steps make a step.</summary>
    public int SubSteps(double dt) => Math.Max(1, (int)Math.Ceiling(dt / longest - 1e-9));

    /// <inheritdoc/>
    public void Advance(Batch<double> x, double time, double dt, int steps, int firstRow, RandomSource noise)
    {
        if (steps == 0)
            return;
        using var frame = Scratch.Enter();
        var state = frame.Rent(1, this.steps.Width)[0];
        var (parts, part) = Parts(dt, steps);
        for (var row = 0; row < x.Rows; row++)
        {
            var numbers = NumbersOf(x[row], part);
            this.steps.Enter(x[row][..FieldWidth], state);
            for (var k = 0; k < parts; k++)
                this.steps.Advance(state, numbers, part);
            this.steps.Leave(state, x[row][..FieldWidth]);
        }
    }

    /// <inheritdoc/>
    public void AdvanceTangent(Span<double> x, Batch<double> dx, double time, double dt, int steps)
    {
        if (steps == 0)
            return;
        using var frame = Scratch.Enter();
        var state = frame.Rent(1, this.steps.Width)[0];
        var dStates = frame.Rent(dx.Rows, this.steps.Width);
        var dNumbers = frame.RentSpan<FlowNumbers>(dx.Rows);
        var (parts, part) = Parts(dt, steps);
        var numbers = NumbersOf(x, part);
        this.steps.Enter(x[..FieldWidth], state);
        for (var row = 0; row < dx.Rows; row++)
        {
            dNumbers[row] = DNumbersOf(dx[row], x, part);
            this.steps.Enter(dx[row][..FieldWidth], dStates[row]);
        }
        for (var k = 0; k < parts; k++)
            this.steps.AdvanceTangent(state, numbers, dStates, dNumbers, part);
        this.steps.Leave(state, x[..FieldWidth]);
        for (var row = 0; row < dx.Rows; row++)
            this.steps.Leave(dStates[row], dx[row][..FieldWidth]);
    }

    /// <inheritdoc/>
    public void AdvanceAdjoint(ReadOnlyBatch<double> x, Batch<double> xBar, double time, double dt, int steps)
    {
        if (steps == 0)
            return;
        if (x.Rows == 1)
            PullBack(x[0], xBar, dt, steps);
        else
            for (var row = 0; row < xBar.Rows; row++)
                PullBack(x[row], xBar.Slice(row, 1), dt, steps);
    }

    /// <summary>ω = ∂v/∂x − ∂u/∂y of a row, n × n, at the points of the spectral scheme or the corners of the finite volumes.</summary>
    /// <exception cref="ArgumentException">The row or the result has another width.</exception>
    public void Vorticity(ReadOnlySpan<double> x, Span<double> vorticity)
    {
        if (x.Length != Width || 2 * vorticity.Length != FieldWidth)
            throw new ArgumentException($"The vorticity of {FieldWidth / 2} points is made of rows of {Width}, not {vorticity.Length} of {x.Length}.", nameof(x));
        steps.Vorticity(x[..FieldWidth], vorticity);
    }

    private void PullBack(ReadOnlySpan<double> x, Batch<double> xBar, double dt, int steps)
    {
        using var frame = Scratch.Enter();
        var state = frame.Rent(1, this.steps.Width);
        var stateBars = frame.Rent(xBar.Rows, this.steps.Width);
        var numbersBars = frame.RentSpan<FlowNumbers>(places.Length > 0 ? xBar.Rows : 0);
        numbersBars.Clear();
        var (parts, part) = Parts(dt, steps);
        this.steps.Enter(x[..FieldWidth], state[0]);
        for (var row = 0; row < xBar.Rows; row++)
            this.steps.LeaveAdjoint(xBar[row][..FieldWidth], stateBars[row]);
        Backward.Run(new SubStepping(this.steps, NumbersOf(x, part), part, numbersBars), state, stateBars, parts);
        for (var row = 0; row < xBar.Rows; row++)
        {
            this.steps.EnterAdjoint(stateBars[row], xBar[row][..FieldWidth]);
            for (var i = 0; i < places.Length; i++)
                xBar[row, FieldWidth + i] += places[i] switch
                {
                    0 => numbersBars[row].Viscosity * ViscosityByReynolds(x[FieldWidth + i], part),
                    1 => numbersBars[row].Drag,
                    _ => numbersBars[row].Amplitude,
                };
        }
    }

    private (int Count, double Length) Parts(double dt, int steps)
    {
        var parts = SubSteps(dt);
        return (checked(parts * steps), dt / parts);
    }

    private FlowNumbers NumbersOf(ReadOnlySpan<double> x, double part)
    {
        Span<double> numbers = [values[0], values[1], values[2]];
        for (var i = 0; i < places.Length; i++)
            numbers[places[i]] = x[FieldWidth + i];
        var largest = steps.LargestViscosity(part);
        return new FlowNumbers(numbers[0] * largest > 1 ? 1 / numbers[0] : largest, numbers[1], numbers[2]);
    }

    private FlowNumbers DNumbersOf(ReadOnlySpan<double> dx, ReadOnlySpan<double> x, double part)
    {
        Span<double> numbers = [0, 0, 0];
        for (var i = 0; i < places.Length; i++)
            numbers[places[i]] = places[i] == 0 ? ViscosityByReynolds(x[FieldWidth + i], part) * dx[FieldWidth + i] : dx[FieldWidth + i];
        return new FlowNumbers(numbers[0], numbers[1], numbers[2]);
    }

    private double ViscosityByReynolds(double reynolds, double part) =>
        reynolds * steps.LargestViscosity(part) > 1 ? -1 / (reynolds * reynolds) : 0;

    private RegularGrid Grid((double X, double Y) place) => new(Axis(place.X), Axis(place.Y));

    private GridAxis Axis(double place) => new(place * Flow.Spacing, Flow.Spacing, Flow.Size, 2 * Math.PI);

    private readonly ref struct SubStepping(IFlowSteps steps, FlowNumbers numbers, double dt, Span<FlowNumbers> numbersBars) : IReversibleSteps
    {
        private readonly Span<FlowNumbers> numbersBars = numbersBars;

        public void Advance(Batch<double> x, int first, int count)
        {
            for (var k = 0; k < count; k++)
                steps.Advance(x[0], numbers, dt);
        }

        public void StepBack(ReadOnlyBatch<double> x, int step, Batch<double> xBar) => steps.StepBack(x[0], numbers, xBar, numbersBars, dt);
    }
}
