using Sonde.Assimilation;

namespace Sonde.Tests.Assimilation;

public sealed class LocalizationTests
{
    [Fact]
    public void Gaspari_Cohn_at_one_and_a_half_half_widths_is_19_over_1152() =>
        Assert.Equal(19.0 / 1152, new Localization(2).Weight(3), 15);

    [Theory]
    [InlineData(TaperShape.GaspariCohn)]
    [InlineData(TaperShape.Gaussian)]
    [InlineData(TaperShape.Exponential)]
    [InlineData(TaperShape.Step)]
    public void Weight_is_one_at_zero_and_zero_from_the_support_on(TaperShape taper)
    {
        var localization = new Localization(3.5, taper);
        Assert.Equal(1, localization.Weight(0));
        Assert.Equal(0, localization.Weight(localization.Support * (1 + 1e-12)));
        Assert.True(localization.Weight(localization.Support * 0.5) > 0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-2)]
    [InlineData(double.NaN)]
    public void A_radius_that_is_none_is_refused(double radius) => Assert.Throws<ArgumentException>(() => new Localization(radius));
}
