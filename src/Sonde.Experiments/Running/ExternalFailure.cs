using System.Globalization;
using System.Text.Json.Serialization;

namespace Sonde.Experiments.Running;

/// <summary>A member that a command could not carry forward.</summary>
/// <param name="Member">Its row in the ensemble, from 0.</param>
/// <param name="Start">Beginning of the forecast.</param>
/// <param name="End">Where the forecast should have ended.</param>
/// <param name="Reason">What went wrong, as the end of a sentence.</param>
/// <param name="Folder">Where its files are; null where they were not kept.</param>
public sealed record ExternalFailure(int Member, double Start, double End, string Reason, string? Folder)
{
    /// <summary>The whole sentence.</summary>
    [JsonIgnore]
    public string Sentence => string.Create(CultureInfo.InvariantCulture,
        $"Member {Member} could not be carried from t = {Start} to {End}: {Reason}{(Folder is null ? "" : $" (its files are in {Folder})")}.");
}
