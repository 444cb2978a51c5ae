using System.Numerics;
using Sonde.Calculus;
using Sonde.Networks;
using Sonde.Networks.Training;
using Sonde.Numerics;

namespace Sonde.Tests.Problems;

/// <summary>y = sin x at 50 places from −3 to 3, and a perceptron of 16 tanh units.</summary>
internal sealed class SineFit<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public const int Samples = 50;

    public SineFit()
    {
        for (var i = 0; i < Samples; i++)
        {
            X[i, 0] = T.CreateChecked(-3 + 6.0 * i / (Samples - 1));
            Y[i, 0] = T.Sin(X[i, 0]);
        }
        Loss = SampleLoss.MeanSquare(Network, X, Y);
    }

    public Chain<T> Network { get; } = Chain<T>.Perceptron([1, 16, 1], Activation.Tanh);

    public Matrix<T> X { get; } = new(Samples, 1);

    public Matrix<T> Y { get; } = new(Samples, 1);

    public SampleLoss<T> Loss { get; }

    public TrainingState<T> Begin(Trainer trainer, long seed = 3) => TrainingState<T>.Begin(Network, trainer.Rule, new RandomSource(seed));

    public TrainingEnd Run(Trainer trainer, TrainingState<T> state, int threads = 1, Func<TrainingStep, bool>? progress = null) =>
        trainer.Run(state, Samples, Loss, new RandomSource(5), new Workers(threads), progress);

    /// <summary>The mean loss of all samples.</summary>
    public double MeanLoss(Matrix<T> weights) =>
        new MeanLoss<T>(weights.Width, Samples, Loss, new RandomSource(1), Workers.One).Evaluate([.. weights.Values.ToArray().Select(double.CreateChecked)], new double[weights.Width]);
}
