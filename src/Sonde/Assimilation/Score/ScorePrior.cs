namespace Sonde.Assimilation.Score;

/// <summary>How an ensemble score filter estimates the score of the forecast distribution.</summary>
public enum ScorePrior
{
    /// <summary>Each sample is drawn back to one forecast member alone: what the published code does.</summary>
    MemberToMember,

    /// <summary>Every sample is drawn back to all members, each by its share in the mixture of their kernels: what the paper derives.</summary>
    Mixture,
}
