namespace Sonde.Experiments.Configuration;

/// <summary>Finds the word somebody probably meant.</summary>
public static class Suggestion
{
    /// <summary>"; did you mean 'x'?" for the nearest known word, or "; expected one of ..." where none is near.</summary>
    public static string For(string found, IEnumerable<string> known)
    {
        var words = known.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        if (words.Length == 0)
            return "";
        var nearest = words.MinBy(word => Distance(found, word))!;
        return Distance(found, nearest) <= Math.Max(1, Math.Min(found.Length, nearest.Length) / 3)
            ? $"; did you mean '{nearest}'?"
            : $"; expected {(words.Length == 1 ? "" : "one of ")}{string.Join(", ", words)}.";
    }

    /// <summary>Edits (insert, delete, replace, swap of neighbors) from one word to the other, ignoring case, dashes and underscores.</summary>
    public static int Distance(string a, string b)
    {
        (a, b) = (Plain(a), Plain(b));
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            for (var j = 0; j <= b.Length; j++)
                if (i == 0 || j == 0)
                {
                    d[i, j] = i + j;
                }
                else
                {
                    var change = d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                    d[i, j] = Math.Min(change, Math.Min(d[i - 1, j], d[i, j - 1]) + 1);
                    if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                        d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
                }
        return d[a.Length, b.Length];
    }

    private static string Plain(string word) => new([.. word.Where(char.IsLetterOrDigit).Select(char.ToLowerInvariant)]);
}
