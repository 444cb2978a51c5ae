using System.Numerics.Tensors;
using Sonde.Assimilation.Filters;
using Sonde.Numerics;

namespace Sonde.Assimilation.Smoothers;

/// <summary>
/// The unknowns of an iterative ensemble smoother, E = x̄₀ + (1 wᵀ + T) X₀, and one Gauss-Newton step of them in the space of
/// the ensemble. With Y₀ = T⁻¹ Y the observed anomalies of the prior ensemble, d the departure of the mean, both in units of
/// the observation errors, and ζ = N − 1: C = (Y₀ Y₀ᵀ + ζ I)⁻¹, w += C (Y₀ d − ζ w), T = (N − 1)^½ C^½.
/// Bocquet and Sakov, Q. J. R. Meteorol. Soc. 140, 2014, algorithm 1; Raanes, Stordal and Evensen, Nonlin. Processes
/// Geophys. 26, 2019, for perturbed observations and annealing in the same notation.
/// </summary>
internal sealed class EnsembleControl
{
    private readonly int members;
    private readonly IterativeForm form;
    private readonly int annealing;                     // how many steps share the likelihood; 0 for Gauss-Newton
    private readonly double? certainty;
    private readonly RandomSource random;
    private readonly Matrix<double> inverse;            // T⁻¹
    private Matrix<double>? perturbations;              // D of the first step
    private int steps;

    /// <summary>Starts at the prior: w = 0, T = I.</summary>
    public EnsembleControl(int members, IterativeForm form, int annealing, double? certainty, RandomSource random)
    {
        (this.members, this.form, this.annealing, this.certainty, this.random) = (members, form, annealing, certainty, random);
        (W, Step, Zeta) = (new double[members], new double[members], members - 1);
        (Transform, Previous, inverse) = (Matrix<double>.Identity(members), Matrix<double>.Identity(members), Matrix<double>.Identity(members));
    }

    /// <summary>w, [N].</summary>
    public double[] W { get; }

    /// <summary>What the last step added to w, [N].</summary>
    public double[] Step { get; }

    /// <summary>T, [N, N].</summary>
    public Matrix<double> Transform { get; }

    /// <summary>T before the last step.</summary>
    public Matrix<double> Previous { get; }

    /// <summary>ζ: N − 1, or less where a finite-size prior found that the ensemble needs inflation by ((N − 1)/ζ)^½.</summary>
    public double Zeta { get; private set; }

    /// <summary>tr(H K) at the last step.</summary>
    public double DegreesOfFreedom { get; private set; }

    /// <summary>members ← x̄₀ + (1 wᵀ + ε T) X₀.</summary>
    public void Place(ReadOnlySpan<double> mean, ReadOnlyBatch<double> anomalies, double epsilon, Batch<double> result)
    {
        using var frame = Scratch.Enter();
        var transform = frame.Rent(members, members);
        Weights(epsilon, transform);
        Dense.Multiply(transform, anomalies, result);
        Moments.Shift(result, mean);
    }

    /// <summary>weights ← 1 wᵀ + ε T.</summary>
    public void Weights(double epsilon, Batch<double> weights)
    {
        for (var n = 0; n < members; n++)
            TensorPrimitives.MultiplyAdd<double>(Transform[n], epsilon, W, weights[n]);
    }

    /// <summary>result += (1 δwᵀ + T − T′) A: what the last step changes where A are the prior's anomalies.</summary>
    public void AddLastStep(ReadOnlyBatch<double> anomalies, Batch<double> result)
    {
        using var frame = Scratch.Enter();
        var change = frame.Rent(members, members);
        for (var n = 0; n < members; n++)
        {
            TensorPrimitives.Subtract<double>(Transform[n], Previous[n], change[n]);
            TensorPrimitives.Add(change[n], Step, change[n]);
        }
        Dense.Multiply<double>(1, change, anomalies, 1, result);
    }

    /// <summary>One step; false where numbers are not finite.</summary>
    /// <param name="y">Y, [N, m].</param>
    /// <param name="departure">d, [m].</param>
    public bool Advance(ReadOnlyBatch<double> y, ReadOnlySpan<double> departure)
    {
        using var frame = Scratch.Enter();
        var y0 = frame.Rent(members, y.Width);
        var squares = frame.Rent(1, members)[0];
        var vectors = frame.Rent(members, members);
        var gram = frame.Rent(members, members);
        if (steps == 0 || annealing > 0)                // annealing regards the updated ensemble as the prior of the next step
            y.CopyTo(y0);
        else
            Dense.Multiply(inverse, y, y0);
        Dense.Gram(y0, gram);
        if (!SymmetricEigen.Decompose(gram, squares, vectors))
            return false;
        TensorPrimitives.Max(squares, 0.0, squares);

        Zeta = members - 1;
        if (certainty is { } known)
        {
            var (e, c) = FiniteSize.Coefficients(squares, members, known);
            Zeta *= c / (e + TensorPrimitives.SumOfSquares<double>(W));
        }
        DegreesOfFreedom = 0;
        foreach (var square in squares)
            DegreesOfFreedom += square / (square + Zeta);
        Transform.All.CopyTo(Previous);
        if (annealing > 0)
            Anneal(y, departure, squares, vectors);
        else
            GaussNewton(y, y0, departure, squares, vectors);
        TensorPrimitives.Add(W, Step, W);
        steps++;
        return Moments.AllFinite(W) && Moments.AllFinite(Transform.Values);
    }

    private void GaussNewton(ReadOnlyBatch<double> y, ReadOnlyBatch<double> y0, ReadOnlySpan<double> departure, ReadOnlySpan<double> squares, ReadOnlyBatch<double> vectors)
    {
        using var frame = Scratch.Enter();
        var gradient = frame.Rent(1, members)[0];
        Dense.Multiply(y0, departure, gradient);
        TensorPrimitives.MultiplyAdd(W, -Zeta, gradient, gradient);
        Step.AsSpan().Clear();
        for (var i = 0; i < members; i++)
            TensorPrimitives.MultiplyAdd(vectors[i], TensorPrimitives.Dot(vectors[i], gradient) / (squares[i] + Zeta), Step, Step);
        if (form == IterativeForm.SquareRoot)
        {
            Power(-0.5, Math.Sqrt(members - 1), squares, vectors, Zeta, Transform);
            Power(0.5, 1 / Math.Sqrt(members - 1), squares, vectors, Zeta, inverse);
            return;
        }
        var slope = frame.RentCleared(members, members);                        // of each member's own cost
        var c = frame.Rent(members, members);
        for (var n = 0; n < members; n++)
        {
            TensorPrimitives.MultiplyAdd<double>(Transform[n], -(members - 1.0), slope[n], slope[n]);
            slope[n, n] += members - 1;
        }
        Dense.MultiplyTransposedRight(-1, Perturbed(y, 1, steps == 0, frame), y0, 1, slope);
        Power(-1, 1, squares, vectors, Zeta, c);
        Dense.Multiply<double>(1, slope, c, 1, Transform);
        Invert(Transform, inverse);
    }

    private void Anneal(ReadOnlyBatch<double> y, ReadOnlySpan<double> departure, ReadOnlySpan<double> squares, ReadOnlyBatch<double> vectors)
    {
        var zeta = Zeta * annealing;
        using var frame = Scratch.Enter();
        var c = frame.Rent(members, members);
        var ct = frame.Rent(members, members);                                  // C T
        var projected = frame.Rent(1, members)[0];
        Power(-1, 1, squares, vectors, zeta, c);
        Dense.Multiply<double>(c, Transform, ct);
        Dense.Multiply(y, departure, projected);
        Dense.MultiplyTransposed(ct, projected, Step);
        if (form == IterativeForm.SquareRoot)
        {
            Power(-0.5, Math.Sqrt(zeta), squares, vectors, zeta, c);
            Dense.Multiply<double>(c, Previous, Transform);
            return;
        }
        var slope = frame.Rent(members, members);
        Dense.MultiplyTransposedRight(-1, Perturbed(y, Math.Sqrt(annealing), true, frame), y, 0, slope);
        Dense.Multiply<double>(1, slope, ct, 1, Transform);
    }

    /// <summary>Y + D with D centred draws of the errors, or Y/2 in the form of first order.</summary>
    private Batch<double> Perturbed(ReadOnlyBatch<double> y, double factor, bool draw, ScratchFrame frame)
    {
        var sum = frame.Rent(members, y.Width);
        y.CopyTo(sum);
        if (form == IterativeForm.FirstOrder)
        {
            sum *= 0.5;
            return sum;
        }
        if (draw)
        {
            using var inner = Scratch.Enter();
            perturbations = new Matrix<double>(members, y.Width);
            random.Fork(steps).FillNormal(perturbations.Values);
            Moments.Center(perturbations, inner.Rent(1, y.Width)[0]);
            var scale = factor * Math.Sqrt(members / (members - 1.0));
            TensorPrimitives.Multiply(perturbations.Values, scale, perturbations.Values);
        }
        sum += perturbations!;
        return sum;
    }

    /// <summary>result ← scale · (Y₀ Y₀ᵀ + ζ I)^power.</summary>
    private static void Power(double power, double scale, ReadOnlySpan<double> squares, ReadOnlyBatch<double> vectors, double zeta, Batch<double> result)
    {
        using var frame = Scratch.Enter();
        var scaled = frame.Rent(vectors.Rows, vectors.Width);
        for (var i = 0; i < vectors.Rows; i++)
            TensorPrimitives.Multiply(vectors[i], scale * Math.Pow(squares[i] + zeta, power), scaled[i]);
        Dense.MultiplyTransposedLeft(1, scaled, vectors, 0, result);
    }

    /// <summary>(T + 1 1ᵀ)⁻¹: anomalies sum to 0, so it undoes T on them and stays regular where T loses the mean.</summary>
    private static void Invert(ReadOnlyBatch<double> transform, Batch<double> inverse)
    {
        var n = transform.Rows;
        using var frame = Scratch.Enter();
        var a = frame.Rent(n, n);
        var left = frame.Rent(n, n);
        var right = frame.Rent(n, n);
        var values = frame.Rent(1, n)[0];
        TensorPrimitives.Add(transform.Values, 1.0, a.Values);
        if (!Svd.Decompose(a, left, values, right))
        {
            inverse.Fill(double.NaN);
            return;
        }
        for (var i = 0; i < n; i++)
            TensorPrimitives.Divide(right[i], Math.Max(values[i], values[0] * 1e-14), right[i]);
        Dense.MultiplyTransposedLeft(1, right, left, 0, inverse);
    }
}
