using Sonde.Assimilation;
using Sonde.Dynamics;
using Sonde.Experiments.Files;
using Sonde.Numerics;

namespace Sonde.Experiments.Running;

/// <summary>Values of the uncertain parameters that stand for a belief: its members, or quantiles of a Gaussian.</summary>
/// <param name="Values">[samples, parameters].</param>
/// <param name="Weights">Sum to 1, [samples]; null for equal ones.</param>
internal sealed record ParameterSample(Matrix<double> Values, double[]? Weights)
{
    private const int Quantiles = 1000;
    private const int FewestBins = 5;

    /// <summary>A copy of what a belief says about a domain's parameters.</summary>
    public static ParameterSample Of(IBelief belief, Domain domain)
    {
        var (first, count) = (domain.FieldWidth, domain.Parameters.Count);
        if (belief is EnsembleBelief ensemble)
        {
            var members = new Matrix<double>(ensemble.Members.Rows, count);
            for (var n = 0; n < members.Rows; n++)
                ensemble.Members[n].Slice(first, count).CopyTo(members[n]);
            return new ParameterSample(members, ensemble.Weights?.ToArray());
        }
        var (mean, variance) = (new double[belief.Width], new double[belief.Width]);
        belief.Mean(mean);
        belief.Variance(variance);
        var values = new Matrix<double>(Quantiles, count);
        for (var q = 0; q < Quantiles; q++)
            for (var p = 0; p < count; p++)
                values[q, p] = mean[first + p] + Math.Sqrt(variance[first + p]) * NormalDistribution.Quantile((q + 0.5) / Quantiles);
        return new ParameterSample(values, null);
    }

    /// <summary>Edges of 2 ∛N equal bins (Rice's rule), at least 5, and the density in each; null where all values are the same.</summary>
    public (double[] Edges, double[] Density)? Histogram(int parameter)
    {
        var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
        for (var n = 0; n < Values.Rows; n++)
            (low, high) = (Math.Min(low, Values[n, parameter]), Math.Max(high, Values[n, parameter]));
        if (!(high > low) || !double.IsFinite(high - low))
            return null;
        var bins = Math.Max(FewestBins, (int)Math.Ceiling(2 * Math.Cbrt(Values.Rows)));
        var (edges, density) = (new double[bins + 1], new double[bins]);
        for (var b = 0; b <= bins; b++)
            edges[b] = low + (high - low) * b / bins;
        for (var n = 0; n < Values.Rows; n++)
            density[Math.Min(bins - 1, (int)((Values[n, parameter] - low) / (high - low) * bins))] += (Weights?[n] ?? 1.0 / Values.Rows) * bins / (high - low);
        return (edges, density);
    }

    /// <summary>Mean and standard deviation, with the estimate of the variance that is right on average.</summary>
    public (double Mean, double StandardDeviation) Moments(int parameter)
    {
        var (mean, square, squares) = (0.0, 0.0, 0.0);
        for (var n = 0; n < Values.Rows; n++)
            mean += Weight(n) * Values[n, parameter];
        for (var n = 0; n < Values.Rows; n++)
            (square, squares) = (square + Weight(n) * Math.Pow(Values[n, parameter] - mean, 2), squares + Weight(n) * Weight(n));
        return (mean, Math.Sqrt(square / (1 - squares)));

        double Weight(int n) => Weights?[n] ?? 1.0 / Values.Rows;
    }

    internal void Save(Checkpoint file)
    {
        file.Set("parameters", Values);
        if (Weights is not null)
            file.Set("parameterWeights", Weights);
    }

    internal static ParameterSample? Load(Checkpoint file) => !file.Contains("parameters")
        ? null
        : new ParameterSample(file.Matrix("parameters"), file.Contains("parameterWeights") ? [.. file.Matrix("parameterWeights").Values] : null);
}
