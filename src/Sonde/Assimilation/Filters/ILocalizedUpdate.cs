namespace Sonde.Assimilation.Filters;

/// <summary>An update in which distant observations count less.</summary>
public interface ILocalizedUpdate : IEnsembleUpdate
{
    /// <summary>How influence falls with distance; null where every observation reaches everything.</summary>
    Localization? Localization { get; }
}
