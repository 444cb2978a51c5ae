using System.Globalization;
using Sonde.Assimilation;
using Sonde.Assimilation.Variational;
using Sonde.Dynamics;
using Sonde.Numerics;
using Sonde.Priors;

// 4D-Var over one window by where it begins and what it knows at the window's ends: a line a window, method and seed, as CSV on standard output.
//     dotnet run -c Release --project experiments/variational/priors -- [WINDOWS] [STEPS ...]
const int Before = 60, Reach = 25;
const double Failed = 0.6;
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var windows = args.Length > 0 ? int.Parse(args[0]) : 40;
int[] lengths = args.Length > 1 ? [.. args[1..].Select(int.Parse)] : [25, 50, 100, 200, 300];
var wide = new Matrix<double>(Series.Sites, Series.Sites);
for (var i = 0; i < Series.Sites; i++)
    wide[i, i] = 1e6;
Console.WriteLine("window,method,seed,start,middle,end,whole,spread,failed");
foreach (var length in lengths)
    for (var seed = 1; seed <= windows; seed++)
    {
        var series = new Series(seed, Before + length + Before);
        var (begin, end) = (series.Estimate(Before), series.Estimate(Before + length));
        var whole = new FourDVar(Window: length, Iterations: 60);
        var growing = whole with { QuasiStatic = 50 };
        var flat = new GaussianBelief(begin.MeanState, wide);
        Try("climatology", whole, null, null, null);
        Try("linear start", whole, series.Interpolate(Before), null, null);
        Try("true start", whole, series.Truth[Before].ToArray(), null, null);
        Try("estimated start", whole, begin.MeanState, null, null);
        Try("no prior", whole, null, flat, null);
        Try("background", whole, null, begin, null);
        Try("background alone counted once", whole, null, begin, null, (after, _) => after > Reach);
        Try("both ends", whole, null, begin, end);
        Try("both ends counted once", whole, null, begin, end, (after, before) => after > Reach && before > Reach);
        Try("growing climatology", growing, null, null, null);
        Try("growing no prior", growing, null, flat, null);
        Try("growing background", growing, null, begin, null);
        Try("growing both ends", growing, null, begin, end);

        void Try(string name, FourDVar method, double[]? start, GaussianBelief? background, GaussianBelief? foreground, Func<int, int, bool>? uses = null)
        {
            var states = start is null ? null : new Dictionary<GridTime, double[]> { [new(Before)] = start };
            var belief = series.Run(method, Before, length, uses ?? ((_, _) => true), new(states, background, foreground));
            var variances = new double[Series.Sites];
            belief.Variance(variances);
            var error = series.Errors(belief.MeanState, Before, length);
            Console.WriteLine(
                $"{length},{name},{seed},{error.Start:F4},{error.Middle:F4},{error.End:F4},{error.Whole:F4},{Math.Sqrt(variances.Average()):F4},{(error.Whole > Failed ? 1 : 0)}");
        }
    }
