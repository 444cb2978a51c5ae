#:property PublishAot=false
// What became of each 4D-Var: iterations, and how many ended in a wrong minimum, whose cost exceeds by more than 1 the least that any method found for
// the same trajectory (the cost being half a chi square). Usage: dotnet run minima.cs -- RESULTS/trajectories.csv …
using System.Globalization;

Console.WriteLine("table,method,trajectories,normalizedRmse,medianRmse,iterations25,iterations50,iterations75,wrongMinima,standardError");
foreach (var path in args)
{
    var lines = File.ReadAllLines(path);
    var names = lines[0].Split(',').Select((name, i) => (name, i)).ToDictionary(pair => pair.name, pair => pair.i);
    var rows = lines.Skip(1).Select(line => line.Split(',')).ToArray();
    var least = rows.Where(row => double.IsFinite(Number(row, "cost"))).GroupBy(row => row[names["trajectory"]])
        .ToDictionary(group => group.Key, group => group.Min(row => Number(row, "cost")));
    foreach (var method in rows.GroupBy(row => row[names["method"]]))
    {
        var own = method.ToArray();
        var errors = own.Select(row => Number(row, "normalizedSmoothedRmse") is var smoothed && double.IsFinite(smoothed) ? smoothed : Number(row, "normalizedRmse")).Order().ToArray();
        var iterations = own.Select(row => Number(row, "iterations")).Order().ToArray();
        var wrong = double.IsFinite(iterations[^1]) ? own.Average(row => Number(row, "cost") <= least[row[names["trajectory"]]] + 1 ? 0.0 : 1.0) : double.NaN;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{path},{method.Key},{own.Length},{Math.Sqrt(errors.Average(e => e * e)):0.000},{At(errors, 0.5):0.000},{At(iterations, 0.25):0},{At(iterations, 0.5):0},{At(iterations, 0.75):0},{wrong:0.000},{Math.Sqrt(wrong * (1 - wrong) / own.Length):0.000}"));
    }

    double Number(string[] row, string name) => double.TryParse(row[names[name]], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : double.NaN;
}

static double At(double[] sorted, double share) => sorted[(int)(share * (sorted.Length - 1))];
