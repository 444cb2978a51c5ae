using Sonde.Assimilation;
using Sonde.Assimilation.Amortized;
using Sonde.Assimilation.Baselines;
using Sonde.Assimilation.EnsembleVariational;
using Sonde.Assimilation.Filters;
using Sonde.Assimilation.Incremental;
using Sonde.Assimilation.Particles;
using Sonde.Assimilation.Score;
using Sonde.Assimilation.Smoothers;
using Sonde.Assimilation.Variational;
using Sonde.Calculus.Minimization;
using Sonde.Dynamics;
using Sonde.Dynamics.Fields;
using Sonde.Dynamics.Systems;
using Sonde.Experiments.Running;
using Sonde.Experiments.Training;
using Sonde.Experiments.Training.Layers;
using Sonde.Networks.Training;
using Sonde.Observing.Errors;
using Sonde.Observing.Networks;
using Sonde.Observing.Operators;

namespace Sonde.Experiments.Configuration;

/// <summary>Every kind that a file can name. A new system or method is one line here.</summary>
public static class Catalog
{
    /// <summary>The table.</summary>
    public static Kinds Kinds { get; } = Create();

    /// <summary>A table of one's own with the same kinds, to which others can be added.</summary>
    public static Kinds Create() => Shorthands(Training(Layers(Methods(Systems(Rest(new Kinds()))))));

    private static Kinds Systems(Kinds kinds) => kinds
        .AddField<Pendulum>("pendulum")
        .AddField<Lorenz63>("lorenz63")
        .AddField<Lorenz96>("lorenz96")
        .AddField<TwoLevelLorenz96>("two-level-lorenz96")
        .AddField<ReducedLorenz96>("reduced-lorenz96")
        .Add<ISystemSource, KuramotoSivashinskySource>("kuramoto-sivashinsky")
        .Add<ISystemSource, KolmogorovSource>("kolmogorov")
        .Add<ISystemSource, TsunamiSource>("tsunami")
        .Add<ISystemSource, LinearFiles>("linear")
        .Add<ISystemSource, OrnsteinUhlenbeckSource>("ornstein-uhlenbeck")
        .Add<ISystemSource, ExternalModel>("command")
        .Add<ISystemSource, SurrogateSource>("surrogate")
        .Add<ISystemSource, SteppedSystem>("linear-advection", (nameof(SteppedSystem.System), typeof(LinearAdvection)));

    private static Kinds Methods(Kinds kinds) => kinds
        .Add<IAssimilationMethod, Assimilation.Baselines.Climatology>("climatology")
        .Add<IAssimilationMethod, OptimalInterpolation>("optimal-interpolation")
        .Add<IAssimilationMethod, TimeInterpolation>("interpolation")
        .Add<IAssimilationMethod, ThreeDVar>("3dvar")
        .Add<IAssimilationMethod, ExtendedKalman>("extended-kalman")
        .Add<IAssimilationMethod, FreeRun>("free-run")
        .AddFilter<StochasticEnkf>("enkf")
        .AddFilter<Denkf>("denkf")
        .AddFilter<Etkf>("etkf")
        .AddFilter<EnkfN>("enkf-n")
        .AddFilter<Letkf>("letkf")
        .AddFilter<SerialEnkf>("serial-enkf")
        .AddFilter<SerialEnkf>("ensrf")
        .AddFilter<SerialEnkf>("eakf")
        .AddFilter<RankHistogramFilter>("rank-histogram-filter")
        .AddFilter<Lnetf>("lnetf")
        .AddFilter<EnsembleScoreFilter>("ensf")
        .AddSmoother<StochasticEnkf>("enks")
        .AddSmoother<Etkf>("etks")
        .AddSmoother<Letkf>("letks")
        .Add<IAssimilationMethod, ExtendedRts>("extended-rts")
        .Add<IAssimilationMethod, EnsembleRts>("ensemble-rts", (nameof(EnsembleRts.Update), typeof(Etkf)))
        .Add<IAssimilationMethod, IterativeEnsembleSmoother>("ienks")
        .Add<IAssimilationMethod, EsMda>("es-mda", (nameof(EsMda.Update), typeof(StochasticEnkf)))
        .Add<IAssimilationMethod, FourDVar>("4dvar")
        .Add<IAssimilationMethod, WeakFourDVar>("weak-4dvar")
        .Add<IAssimilationMethod, EnsembleFourDVar>("4denvar")
        .Add<IAssimilationMethod, LatentFourDVar>("latent-4dvar")
        .Add<IAssimilationMethod, Levda>("levda")
        .Add<IAssimilationMethod, GaussianInterpolation>("gaussian-interpolation")
        .Add<IAssimilationMethod, ColdDiffusion>("cold-diffusion")
        .Add<IAssimilationMethod, NeuralIncremental>("neural-incremental")
        .Add<IAssimilationMethod, Coda>("coda")
        .Add<IAssimilationMethod, ViCoda>("vi-coda")
        .Add<IAssimilationMethod, LdEnsf>("ld-ensf")
        .Add<IAssimilationMethod, LatentEnsf>("latent-ensf")
        .Add<IAssimilationMethod, EnsembleOfAssimilations>("eda")
        .Add<IAssimilationMethod, Hybrid>("hybrid")
        .Add<IAssimilationMethod, ParticleFilter>("particle-filter")
        .Add<IAssimilationMethod, OptimalParticleFilter>("optimal-particle-filter")
        .Add<IAssimilationMethod, PfXn>("pf-xn");

    private static Kinds Layers(Kinds kinds) => kinds
        .Add<ILayerSource, DenseSource>("dense")
        .Add<ILayerSource, PerceptronSource>("mlp")
        .Add<ILayerSource, ResidualPerceptronSource>("residual-mlp")
        .Add<ILayerSource, ChainSource>("chain")
        .Add<ILayerSource, ResidualSource>("residual")
        .Add<ILayerSource, ParallelSource>("parallel")
        .Add<ILayerSource, SkipSource>("skip")
        .Add<ILayerSource, EachSource>("each")
        .Add<ILayerSource, ConvolutionSource>("convolution")
        .Add<ILayerSource, TransposedConvolutionSource>("transposed-convolution")
        .Add<ILayerSource, PoolingSource>("average-pooling")
        .Add<ILayerSource, MaxPoolingSource>("max-pooling")
        .Add<ILayerSource, UpsamplingSource>("upsampling")
        .Add<ILayerSource, FourierFeaturesSource>("fourier-features")
        .Add<ILayerSource, PositionalEmbeddingSource>("positional-embedding")
        .Add<ILayerSource, LayerNormSource>("layer-norm")
        .Add<ILayerSource, GroupNormSource>("group-norm")
        .Add<ILayerSource, MemorySource>("lstm")
        .Add<ILayerSource, DropoutSource>("dropout")
        .Add<ILayerSource, ActivationSource>("activation")
        .Add<ILayerSource, ShapeSource>("shape");

    private static Kinds Training(Kinds kinds) => kinds
        .AddRecipe<RegressionRecipe>("regression")
        .AddRecipe<LdnetRecipe>("ldnet")
        .Add<IDecoderSource, CoordinateSource>("coordinate")
        .Add<IDecoderSource, SeparableSource>("separable")
        .Add<IOptimizer, Adam>("adam")
        .Add<IOptimizer, Adam>("adamw")
        .Add<IOptimizer, GradientDescent>("sgd")
        .Add<ISchedule, ConstantRate>("constant")
        .Add<ISchedule, CosineRate>("cosine")
        .Add<ISchedule, ExponentialRate>("exponential")
        .Add<ISchedule, PlateauRate>("plateau");

    private static Kinds Rest(Kinds kinds) => kinds
        .Add<IWindowNetwork, WindowConvolutions>("convolutions")
        .Add<IWindowNetwork, WindowImages>("images")
        .Add<IWindowNetwork, WindowPerceptron>("perceptron")
        .Add<IStateEncoder, TimePooledUNet>("time-pooled-u-net")
        .Add<IStateEncoder, SpaceTimeResidual>("window-convolutions")
        .Add<ILeastSquaresMinimizer, GaussNewton>("gauss-newton")
        .Add<ILeastSquaresMinimizer, LevenbergMarquardt>("levenberg-marquardt")
        .Add<ILeastSquaresMinimizer, Lbfgs>("l-bfgs")
        .Add<INormalSolver, DenseNormal>("direct")
        .Add<INormalSolver, ConjugateGradient>("conjugate-gradient")
        .Add<INormalSolver, Lanczos>("lanczos")
        .Add<IBackgroundSource, ClimatologyBackground>("climatology")
        .Add<IBackgroundSource, PerturbedTruthBackground>("perturbed-truth")
        .Add<IBackgroundSource, GaussianBackground>("prior")
        .Add<IBackgroundSource, UniformBackground>("uniform")
        .Add<ITimesSource, ListedTimes>("listed")
        .Add<ITimesSource, RandomTimes>("random")
        .AddLocations<AllLocations>("all")
        .AddLocations<IndexedLocations>("indices")
        .AddLocations<StridedLocations>("stride")
        .AddLocations<SpacedLocations>("grid")
        .AddLocations<RandomLocations>("random")
        .AddLocations<TracedLocations>("traced")
        .AddLocations<ScatteredLocations>("scattered")
        .AddLocations<PeriodicLocations>("every")
        .AddLocations<PointLocations>("points")
        .Add<ILocationsSource, EitherSource>("either");

    private static Kinds Shorthands(Kinds kinds) => kinds
        .Shorthand<ExternalCommand>(node => Short.List(node, "words"))
        .Shorthand<SurrogateSetup>(node => Short.Scalar(node, "file"))
        .Shorthand<OwnError>(OwnError.Expand)
        .Shorthand<ExternalAxis>(node => Short.Scalar(node, "count"))
        .Shorthand<SourceRange>(SourceRange.Expand)
        .Shorthand<Numbers>(node => Short.List(node, "values"))
        .Shorthand<ModelError>(node => Short.Scalar(node, "sd"))
        .Shorthand<ErrorModel>(node => Short.Scalar(node, "sd"))
        .Shorthand<InstrumentSettings>(node => Short.Scalar(node, "kind"))
        .Shorthand<CountRange>(node => Short.Both(node, "least", "most"))
        .Shorthand<SpacePoint>(node => Short.Positions(node, "x", "y", "z"))
        .Shorthand<ILayerSource>(node => node.Items is not null ? Short.Kind(node, "chain", "layers") : null)
        .Shorthand<IOptimizer>(TrainingConfig.ExpandOptimizer)
        .Shorthand<TrainingConfig>(TrainingConfig.Expand)
        .Shorthand<ValidationConfig>(node => Short.Scalar(node, "share"))
        .Shorthand<PolishConfig>(node => Short.Scalar(node, "iterations"))
        .Shorthand<ITimesSource>(node => node.Items is not null ? Short.Kind(node, "listed", "listed") : Short.ByKey(node, kinds, typeof(ITimesSource)))
        .Shorthand<ILocationsSource>(node => node.Items is not null ? Short.Kind(node, "indices", "indices") : Short.ByKey(node, kinds, typeof(ILocationsSource)));

    private static Kinds AddRecipe<TRecipe>(this Kinds kinds, string name) where TRecipe : IRecipe =>
        kinds.Add<TrainingJob, TrainingJob>(name, (nameof(TrainingJob.Recipe), typeof(TRecipe)));

    private static Kinds AddField<TField>(this Kinds kinds, string name) where TField : IDifferentiableVectorField =>
        kinds.Add<ISystemSource, FieldSystem>(name, (nameof(FieldSystem.Field), typeof(TField)));

    private static Kinds AddFilter<TUpdate>(this Kinds kinds, string name) where TUpdate : IEnsembleUpdate =>
        kinds.Add<IAssimilationMethod, EnsembleFilter>(name, (nameof(EnsembleFilter.Update), typeof(TUpdate)));

    private static Kinds AddSmoother<TUpdate>(this Kinds kinds, string name) where TUpdate : IEnsembleUpdate =>
        kinds.Add<IAssimilationMethod, EnsembleSmoother>(name, (nameof(EnsembleSmoother.Update), typeof(TUpdate)));

    private static Kinds AddLocations<TLocations>(this Kinds kinds, string name) where TLocations : ILocations =>
        kinds.Add<ILocationsSource, PlainLocations>(name, (nameof(PlainLocations.Locations), typeof(TLocations)));
}
