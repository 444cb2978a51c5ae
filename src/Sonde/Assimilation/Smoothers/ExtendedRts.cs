using System.Numerics.Tensors;
using Sonde.Assimilation.Baselines;
using Sonde.Assimilation.Filters;
using Sonde.Numerics;
using Sonde.Observing;

namespace Sonde.Assimilation.Smoothers;

/// <summary>
/// The smoother of Rauch, Tung and Striebel over the extended Kalman filter; exact for linear systems. Goes back in the form
/// of Bryson and Frazier, which inverts no covariance: with C = I − K H, λ ← Fᵀ (Cᵀ λ − Hᵀ S⁻¹ d), Λ ← Fᵀ (Cᵀ Λ C + Hᵀ S⁻¹ H) F,
/// the smoothed mean is x − P λ and the covariance P − P Λ P. Bierman, Automatica 9, 1973.
/// </summary>
/// <param name="Inflation">Factor on the covariance for each unit of time, as <see cref="ExtendedKalman"/>.</param>
/// <param name="Lag">How many later observation times each smoothed belief uses at least; null for all of the series.</param>
/// <param name="Stride">Observation times released at once where there is a lag: each window filters Lag + Stride times again.</param>
public sealed record ExtendedRts(double Inflation = 1.0, int? Lag = null, int Stride = 1) : IAssimilationMethod
{
    /// <summary>Factor on the covariance for each unit of time.</summary>
    /// <exception cref="ArgumentException">Not above 0.</exception>
    public double Inflation { get; init => field = Check.Positive(value, nameof(Inflation)); } = Check.Positive(Inflation, nameof(Inflation));

    /// <summary>Later observation times used.</summary>
    /// <exception cref="ArgumentException">Below 0.</exception>
    public int? Lag { get; init => field = Check.AtLeast(0, value, nameof(Lag)); } = Check.AtLeast(0, Lag, nameof(Lag));

    /// <summary>Observation times released at once.</summary>
    /// <exception cref="ArgumentException">Below 1.</exception>
    public int Stride { get; init => field = Check.AtLeast(1, value, nameof(Stride)); } = Check.AtLeast(1, Stride, nameof(Stride));

    /// <inheritdoc/>
    public WindowPlan Plan => LaggedStates.Plan(Lag, Stride);

    /// <inheritdoc/>
    public string? Refuses(AssimilationProblem problem) => GaussianForecast.Refuses(problem.System);

    /// <inheritdoc/>
    public IBelief Begin(AssimilationProblem problem, IPrior prior, RandomSource random) => BeliefConversion.ToGaussian(prior.Moments());

    /// <inheritdoc/>
    public Analysis Assimilate(AssimilationWindow window, IBelief background, RandomSource random)
    {
        var start = BeliefConversion.ToGaussian(background);
        var mean = new Matrix<double>(new ReadOnlyBatch<double>(start.MeanState));
        var covariance = start.Covariance!.Copy();
        var stages = new Stage[window.Observations.Count];
        var next = start;                                   // the filter's belief: a smoothed one would count observations twice
        var at = window.Start;
        for (var i = 0; i < stages.Length; i++)
        {
            var observation = window.Observations[i];
            var propagator = Matrix<double>.Identity(mean.Width);
            GaussianForecast.Run(window.System, window.Grid, at, observation.At, mean, covariance, Inflation, window.Workers, propagator);
            at = observation.At;
            if (!Moments.AllFinite(mean.Values) || !Moments.AllFinite(covariance.Values))
                return new Analysis(next, AnalysisStatus.Diverged, $"The forecast to observation {observation.Index} is not finite.");
            if (i >= window.FirstNew)
                observation = GaussianAnalysis.ReportForecast(window, observation, new GaussianBelief(mean.Values.ToArray(), covariance, background.Memory));
            stages[i] = new Stage(observation, propagator, mean, covariance);
            if (double.IsNaN(stages[i].DegreesOfFreedom))
                return new Analysis(next, AnalysisStatus.Diverged, $"The innovation covariance at observation {observation.Index} is not positive definite.");
            var analysis = new GaussianBelief(mean.Values.ToArray(), covariance.Copy(), background.Memory);
            if (i >= window.FirstNew)
            {
                window.Observer.OnDiagnostic(observation, Diagnostic.DegreesOfFreedom, stages[i].DegreesOfFreedom);
                window.Observer.OnAnalysis(observation, analysis);
            }
            if (i == window.Leaving - 1)
                next = analysis;
        }
        Smooth(window, stages);
        return new Analysis(next);
    }

    private static void Smooth(AssimilationWindow window, Stage[] stages)
    {
        if (stages.Length == 0)
            return;
        var n = stages[0].Mean.Length;
        var (lambda, bigLambda) = (new Matrix<double>(1, n), new Matrix<double>(n, n));
        var smoothed = new GaussianBelief[stages.Length];
        for (var i = stages.Length - 1; i >= 0; i--)
        {
            smoothed[i] = stages[i].Smooth(lambda[0], bigLambda);
            stages[i].StepBack(lambda[0], bigLambda);
        }
        for (var i = 0; i < stages.Length; i++)
            if (LaggedStates.Leaves(window, i))
                window.Observer.OnSmoothed(window.Observations[i], smoothed[i]);
    }

    /// <summary>One forecast and analysis, and what the way back needs of them.</summary>
    private sealed class Stage
    {
        private readonly Matrix<double> propagator;         // Fᵀ
        private readonly Matrix<double> covariance;         // P after the analysis
        private readonly Matrix<double> whitened;           // U = Hᵀ L⁻ᵀ, so that Hᵀ S⁻¹ H = U Uᵀ
        private readonly Matrix<double> remaining;          // C = I − K H
        private readonly double[] departure;                // L⁻¹ d

        /// <summary>Takes the forecast in mean and covariance and leaves the analysis there.</summary>
        public Stage(Observation observation, Matrix<double> propagator, Matrix<double> mean, Matrix<double> covariance)
        {
            var (n, m) = (mean.Width, observation.Count);
            this.propagator = propagator;
            (whitened, departure) = (new Matrix<double>(n, m), new double[m]);
            DegreesOfFreedom = GaussianAnalysis.Whiten(mean, covariance, observation, whitened, departure);
            var gain = new Matrix<double>(n, m);            // W = P U
            Dense.Multiply<double>(covariance, whitened, gain);
            Dense.MultiplyTransposedRight<double>(-1, gain, gain, 1, covariance);
            for (var i = 0; i < n; i++)
                mean[0, i] += TensorPrimitives.Dot<double>(gain[i], departure);
            remaining = Matrix<double>.Identity(n);
            Dense.MultiplyTransposedRight<double>(-1, gain, whitened, 1, remaining);
            (Mean, this.covariance) = (mean.Values.ToArray(), covariance.Copy());
        }

        /// <summary>The filter's mean.</summary>
        public double[] Mean { get; }

        /// <summary>tr(H K); NaN where S is not positive definite.</summary>
        public double DegreesOfFreedom { get; }

        /// <summary>x − P λ, P − P Λ P.</summary>
        public GaussianBelief Smooth(ReadOnlySpan<double> lambda, ReadOnlyBatch<double> bigLambda)
        {
            var n = Mean.Length;
            using var frame = Scratch.Enter();
            var product = frame.Rent(n, n);
            var (mean, smoothed) = (new double[n], covariance.Copy());
            Dense.Multiply(covariance, lambda, mean);
            TensorPrimitives.Subtract<double>(Mean, mean, mean);
            Dense.Multiply<double>(covariance, bigLambda, product);
            Dense.Multiply<double>(-1, product, covariance, 1, smoothed);
            GaussianForecast.Symmetrize(smoothed);
            return new GaussianBelief(mean, smoothed);
        }

        /// <summary>λ and Λ from after this analysis to after the one before.</summary>
        public void StepBack(Span<double> lambda, Batch<double> bigLambda)
        {
            var n = Mean.Length;
            using var frame = Scratch.Enter();
            var product = frame.Rent(n, n);
            var vector = frame.Rent(1, n)[0];
            Dense.MultiplyTransposed(remaining, lambda, vector);
            for (var i = 0; i < n; i++)
                vector[i] -= TensorPrimitives.Dot<double>(whitened[i], departure);
            Dense.Multiply(propagator, vector, lambda);

            Dense.Multiply<double>(bigLambda, remaining, product);
            Dense.MultiplyTransposedLeft<double>(1, remaining, product, 0, bigLambda);
            Dense.MultiplyTransposedRight<double>(1, whitened, whitened, 1, bigLambda);
            Dense.MultiplyTransposedRight<double>(1, bigLambda, propagator, 0, product);
            Dense.Multiply<double>(propagator, product, bigLambda);
            GaussianForecast.Symmetrize(bigLambda);
        }
    }
}
