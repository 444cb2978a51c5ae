namespace Sonde;

/// <summary>Checks of configuration: each returns its value or says what is wrong with it.</summary>
internal static class Check
{
    public static int AtLeast(int minimum, int value, string name) => value >= minimum
        ? value
        : throw new ArgumentException($"{name} is {value} but must be {minimum} or more.", name);

    public static int? AtLeast(int minimum, int? value, string name) => value is { } given ? AtLeast(minimum, given, name) : null;

    public static double AtLeast(double minimum, double value, string name) => value >= minimum && double.IsFinite(value)
        ? value
        : throw new ArgumentException($"{name} is {value} but must be finite and {minimum} or more.", name);

    public static double? AtLeast(double minimum, double? value, string name) => value is { } given ? AtLeast(minimum, given, name) : null;

    public static double Positive(double value, string name) => value > 0 && double.IsFinite(value)
        ? value
        : throw new ArgumentException($"{name} is {value} but must be finite and above 0.", name);

    public static double? Positive(double? value, string name) => value is { } given ? Positive(given, name) : null;

    public static IReadOnlyList<double>? AllPositive(IReadOnlyList<double>? values, string name)
    {
        if (values is { Count: 0 })
            throw new ArgumentException($"{name} needs 1 value or more, not 0.", name);
        foreach (var value in values ?? [])
            Positive(value, name);
        return values;
    }

    public static double Within(double least, double most, double value, string name) => value >= least && value <= most
        ? value
        : throw new ArgumentException($"{name} is {value} but must lie between {least} and {most}.", name);
}
