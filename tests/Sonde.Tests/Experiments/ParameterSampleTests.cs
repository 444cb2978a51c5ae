using Sonde.Assimilation;
using Sonde.Dynamics;
using Sonde.Dynamics.Fields;
using Sonde.Experiments.Running;
using Sonde.Numerics;

namespace Sonde.Tests.Experiments;

public sealed class ParameterSampleTests
{
    private static readonly Domain OneAndParameter = new(new Nowhere(), [new Field("x", "1", new SinglePoint())], ["p"]);

    [Fact]
    public void A_histogram_integrates_to_one_and_follows_weights()
    {
        var members = new Matrix<double>(new ReadOnlyBatch<double>([0, 1, 0, 2, 0, 3, 0, 5], 4, 2));
        var (edges, density) = ParameterSample.Of(new EnsembleBelief(members, [0.7, 0.1, 0.1, 0.1]), OneAndParameter).Histogram(0)!.Value;
        Assert.Equal((1, 5), (edges[0], edges[^1]));
        Assert.Equal(0.7 / (edges[1] - edges[0]), density[0], 1e-12);
        Assert.Equal(1, density.Select((d, b) => d * (edges[b + 1] - edges[b])).Sum(), 1e-12);
    }

    [Fact]
    public void A_Gaussian_becomes_its_quantiles()
    {
        var (edges, density) = ParameterSample.Of(new GaussianBelief([0, 10], [1, 4]), OneAndParameter).Histogram(0)!.Value;
        var mean = density.Select((d, b) => d * (edges[b + 1] - edges[b]) * 0.5 * (edges[b] + edges[b + 1])).Sum();
        Assert.Equal(10, mean, 1e-9);
        Assert.Equal(0.3989 / 2, density.Max(), 0.005);
    }

    [Fact]
    public void Values_that_are_all_the_same_have_no_histogram() =>
        Assert.Null(ParameterSample.Of(new EnsembleBelief(new Matrix<double>(new ReadOnlyBatch<double>([0, 3, 1, 3], 2, 2))), OneAndParameter).Histogram(0));
}
