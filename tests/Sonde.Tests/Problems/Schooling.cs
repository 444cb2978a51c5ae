using Sonde.Assimilation.Learned;
using Sonde.Networks;
using Sonde.Networks.Training;
using Sonde.Numerics;

namespace Sonde.Tests.Problems;

/// <summary>Trains a learned method without a run around it.</summary>
internal static class Schooling
{
    public static LearnedState Train(ILearnedMethod method, ITwinSource twins, int threads = 1)
    {
        var (random, workers) = (new RandomSource(5), new Workers(threads));
        var learning = method.Prepare(twins, random.Fork("prepare"), workers);
        var weights = new Matrix<float>(1, learning.Network.WeightCount);
        learning.Network.Initialize(weights.Values, random.Fork("weights"));
        foreach (var stage in learning.Stages)
        {
            var state = TrainingState<float>.Begin(weights, stage.Trainer.Rule);
            Assert.Equal(TrainingEnd.Finished, stage.Trainer.Run(state, stage.Samples, stage.Loss, random.Fork(stage.Name), workers));
            weights = state.Averaged;
        }
        return learning.Finish(weights, workers);
    }
}
