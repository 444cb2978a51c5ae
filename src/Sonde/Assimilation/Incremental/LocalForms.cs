namespace Sonde.Assimilation.Incremental;

/// <summary>The forms by name.</summary>
internal static class LocalForms
{
    /// <summary>Lays a form out.</summary>
    /// <param name="form">Which.</param>
    /// <param name="shape">The window.</param>
    /// <param name="first">Where the form's numbers begin in what the network gives.</param>
    /// <param name="offsets">Below the diagonal, rising, without 0.</param>
    /// <param name="rank">Columns of a factor that is not banded.</param>
    /// <param name="floor">Least eigenvalue of a banded precision.</param>
    public static ILocalForm Create(LocalPriorForm form, WindowShape shape, int first, IReadOnlyList<int> offsets, int rank, double floor)
    {
        var halfWidth = offsets.Count > 0 ? offsets[^1] : 0;
        return form switch
        {
            LocalPriorForm.Banded => new PrecisionForm(new BandReader(shape, first, offsets), false, floor),
            LocalPriorForm.Constant => new PrecisionForm(new BandReader(shape, first, offsets), true, floor),
            LocalPriorForm.Covariance => new CovarianceForm(new BandReader(shape, first, offsets)),
            LocalPriorForm.LowRank => new LowRankForm(shape, first, rank, halfWidth),
            LocalPriorForm.Identity => new IdentityForm(shape, halfWidth),
            LocalPriorForm.None => new MeanForm(),
            _ => throw new ArgumentOutOfRangeException(nameof(form), form, "There is no such form of a prior."),
        };
    }
}
