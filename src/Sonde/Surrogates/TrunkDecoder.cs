using System.Numerics;
using Sonde.Calculus;
using Sonde.Dynamics;
using Sonde.Networks;
using Sonde.Numerics;

namespace Sonde.Surrogates;

/// <summary>
/// A separable decoder: u(ξ) = τ₀(ξ) + K^(−½) Σₖ bₖ(s) τₖ(ξ), with b a network of the latent state and τ a network of the coordinate. At given
/// places τ is computed once, and all states are decoded by one product of matrices.
/// </summary>
public sealed class TrunkDecoder<T> : IPointDecoder<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ILayer<T> branch;
    private readonly Parts<T> parts;
    private readonly int fields;

    /// <summary>Combines two networks.</summary>
    /// <param name="branch">b: from a latent state to K values.</param>
    /// <param name="trunk">τ: from a coordinate to K + 1 values a field.</param>
    /// <param name="fields">How many fields there are, 1 or more.</param>
    /// <exception cref="ArgumentException">The networks do not fit each other.</exception>
    public TrunkDecoder(ILayer<T> branch, ILayer<T> trunk, int fields)
    {
        ArgumentNullException.ThrowIfNull(branch);
        ArgumentNullException.ThrowIfNull(trunk);
        if (fields < 1 || trunk.OutputWidth != fields * (branch.OutputWidth + 1))
            throw new ArgumentException(
                $"{branch.OutputWidth} coefficients of {fields} fields need {fields * (branch.OutputWidth + 1)} values of a place, but the trunk writes {trunk.OutputWidth}.", nameof(trunk));
        (this.branch, this.fields) = (branch, fields);
        parts = new([branch, trunk]);
        Network = new PartLayer<T>(branch.InputWidth, branch.OutputWidth, parts, ["branch", "trunk"]);
    }

    /// <inheritdoc/>
    public int LatentWidth => branch.InputWidth;

    private T Share => T.CreateChecked(1 / Math.Sqrt(branch.OutputWidth));

    /// <inheritdoc/>
    public ILayer<T> Network { get; }

    /// <inheritdoc/>
    public Variable<T> Decode(Variable<T> states, Variable<T> points, Variable<T> weights) =>
        WithOne(Share * parts.Apply(0, states, weights, Pass.Deterministic)).Dense(Basis(points, weights));

    /// <inheritdoc/>
    public Func<IReadOnlyList<FieldPlace>, IMap<T>> Reading(FieldFrame frame, Matrix<T> weights)
    {
        var reading = new SeparableReading<T>(branch, new Matrix<T>(new ReadOnlyBatch<T>(weights.Values[..branch.WeightCount])));
        return places => ReadAt(frame, weights, reading, places);
    }

    private IMap<T> ReadAt(FieldFrame frame, Matrix<T> weights, SeparableReading<T> reading, IReadOnlyList<FieldPlace> places)
    {
        var (points, columns) = PlaceTable.Of(frame, places);
        using var lent = TapeLoan<T>.Take();
        var all = Basis(lent.Tape.Constant(frame.Coordinates<T>(points)), lent.Tape.Constant(weights)).Value;
        var (basis, offset) = (new Matrix<T>(branch.OutputWidth, places.Count), new Matrix<T>(1, places.Count));
        for (var i = 0; i < places.Count; i++)
        {
            offset[0, i] = all[columns[i]][0];
            for (var k = 0; k < basis.Rows; k++)
                basis[k, i] = Share * all[columns[i]][k + 1];
        }
        return reading.At(basis, offset);
    }

    /// <summary>τ of every field at every point: [points × fields, K + 1].</summary>
    private Variable<T> Basis(Variable<T> points, Variable<T> weights) =>
        parts.Apply(1, points, weights, Pass.Deterministic).View(0, points.Rows * fields, branch.OutputWidth + 1);

    private static Variable<T> WithOne(Variable<T> b)
    {
        using var frame = Scratch.Enter();
        var one = frame.Rent<T>(b.Rows, 1);
        one.Values.Fill(T.One);
        return b.Tape.Constant(one).Beside(b);
    }
}
