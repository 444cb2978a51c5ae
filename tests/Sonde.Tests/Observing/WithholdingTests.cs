using Sonde.Observing.Quality;

namespace Sonde.Tests.Observing;

public sealed class WithholdingTests
{
    private static readonly string[] Stations = [.. Enumerable.Range(0, 1000).Select(i => $"K{i:0000}")];

    [Fact]
    public void Every_so_manieth_counts_in_alphabetical_order()
    {
        Assert.Equal(["A", "C", "E"], new Withholding(Every: 2).Choose(["E", "D", "C", "B", "A", "A"]).Order());
        Assert.Equal(["B", "E"], new Withholding(Every: 3, First: 1).Choose(["E", "D", "C", "B", "A"]).Order());
    }

    [Fact]
    public void A_share_is_drawn_from_the_names_alone()
    {
        var chosen = new Withholding(Share: 0.2).Choose(Stations);
        Assert.Equal(200, chosen.Count, 4.0 * Math.Sqrt(1000 * 0.2 * 0.8));
        Assert.Equal(chosen.Where(name => name[^1] == '7').Order(), new Withholding(Share: 0.2).Choose(Stations.Where(name => name[^1] == '7')).Order());
        Assert.True(chosen.IsSubsetOf(new Withholding(Share: 0.3).Choose(Stations)));
    }

    [Fact]
    public void A_list_names_stations_that_exist()
    {
        Assert.Equal(["K0003", "K0007"], new Withholding(Stations: ["K0007", "K0003"]).Choose(Stations).Order());
        Assert.Contains("'KX'", Assert.Throws<ArgumentException>(() => new Withholding(Stations: ["KX"]).Choose(Stations)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Exactly_one_rule_holds()
    {
        Assert.Throws<ArgumentException>(() => new Withholding().Choose(Stations));
        Assert.Throws<ArgumentException>(() => new Withholding(Every: 2, Share: 0.5).Choose(Stations));
        Assert.Throws<ArgumentException>(() => new Withholding(Every: 1).Choose(Stations));
        Assert.Throws<ArgumentException>(() => new Withholding(Every: 3, First: 3).Choose(Stations));
        Assert.Throws<ArgumentException>(() => new Withholding(Share: 1).Choose(Stations));
    }
}
