using Sonde.Calculus;
using Sonde.Dynamics;
using Sonde.Networks;

namespace Sonde.Assimilation.Amortized;

/// <summary>A model with a network of each component in its tendency: dxᵢ/dt = fᵢ(x) + g((xᵢ − m) / s), with m and s of all components together. g is 0 in the beginning.</summary>
internal sealed class ClosedModel
{
    private readonly IDifferentiableVectorField field;
    private readonly ButcherTableau tableau;
    private readonly PointwiseTerm term;

    /// <summary>Adds the network.</summary>
    /// <param name="settings">Which.</param>
    /// <param name="system">The model.</param>
    /// <param name="scale">Of states.</param>
    /// <exception cref="ArgumentException">The system is no tendency that is stepped without model error.</exception>
    public ClosedModel(TendencyNetwork settings, IDynamicalSystem system, EncoderScale scale)
    {
        if (system is not RungeKuttaSystem { Field: var own, Scheme: var scheme })
            throw new ArgumentException("A network is added to a tendency that is stepped without model error and of which no parameter is estimated, but the system is none.", nameof(system));
        (field, tableau, term) = (own, ButcherTableau.Of(scheme), new(settings, scale));
    }

    /// <summary>g.</summary>
    public ILayer<float> Network => term.Network;

    /// <summary>States at consecutive times, [rows, (K + 1) n], from the first, [rows, n].</summary>
    /// <param name="x">The first.</param>
    /// <param name="weights">Of the network, [1, count].</param>
    /// <param name="intervals">Between times.</param>
    /// <param name="starts">Which time each row is at.</param>
    /// <param name="steps">K.</param>
    /// <exception cref="ArgumentException">Rows are carried over different steps.</exception>
    public Variable<float> Carry(Variable<float> x, Variable<float> weights, Intervals intervals, int[] starts, int steps)
    {
        var states = x;
        for (var k = 0; k < steps; k++)
        {
            foreach (var leg in Legs(intervals, starts, k))
                for (var step = 0; step < leg.Steps; step++)
                    x = Next(x, weights, (float)leg.StepLength);
            states = states.Beside(x);
        }
        return states;
    }

    private static Leg[] Legs(Intervals intervals, int[] starts, int k)
    {
        var legs = intervals[starts[0] + k].ToArray();
        foreach (var start in starts)
        {
            var own = intervals[start + k];
            for (var i = 0; i < Math.Max(own.Length, legs.Length); i++)
                if (own.Length != legs.Length || own[i].Steps != legs[i].Steps || Math.Abs(own[i].StepLength - legs[i].StepLength) > 1e-9 * legs[i].StepLength)
                    throw new ArgumentException("A network in the tendency is learned from observation times that are evenly spaced, by the same steps each, but these are not.", nameof(intervals));
        }
        return legs;
    }

    private Variable<float> Next(Variable<float> x, Variable<float> weights, float dt)
    {
        var slopes = new Variable<float>[tableau.Stages];
        var next = x;
        for (var s = 0; s < slopes.Length; s++)
        {
            var point = x;
            for (var r = 0; r < s; r++)
                if (tableau.A(s, r) != 0)
                    point = point.PlusScaled(dt * (float)tableau.A(s, r), slopes[r]);
            slopes[s] = x.Tape.Apply(new Tendency<float>(field), point) + term.Apply(point, weights);
            if (tableau.B(s) != 0)
                next = next.PlusScaled(dt * (float)tableau.B(s), slopes[s]);
        }
        return next;
    }
}
