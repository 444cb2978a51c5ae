using Sonde.Assimilation;
using Sonde.Dynamics;
using Sonde.Dynamics.Fields;
using Sonde.Numerics;
using Sonde.Observing;
using Sonde.Observing.Errors;
using Sonde.Observing.Operators;
using Columns = MathNet.Numerics.LinearAlgebra.Vector<double>;
using Dense = MathNet.Numerics.LinearAlgebra.Matrix<double>;
using Rows = Sonde.Numerics.Matrix<double>;

namespace Sonde.Tests.Problems;

/// <summary>
/// An ensemble on a ring, linear observations of it, and what the Kalman filter makes of the ensemble's own mean and
/// covariance: exact for any number of members, components and observations.
/// </summary>
internal sealed class GaussianUpdate
{
    /// <summary>Draws the problem; observation j lies at site j · width / observed.</summary>
    public GaussianUpdate(int members, int width, int observed, bool correlated = false, long seed = 1)
    {
        var random = new RandomSource(seed);
        Domain = new Domain(new Line(width), [new Field("x", "1", RegularGrid.Ring(width))]);
        Forecast = Draws(random.Fork("members"), members, width);
        for (var n = 0; n < members; n++)
            for (var i = 0; i < width; i++)
                Forecast[n, i] = 10 + i + (1 + 0.3 * i) * Forecast[n, i] + (i > 0 ? 0.5 * Forecast[n, i - 1] : 0);
        H = Theirs(Draws(random.Fork("H"), observed, width));
        var root = Theirs(Draws(random.Fork("R"), observed, observed + 2));
        R = root * root.Transpose() / observed + Dense.Build.DenseIdentity(observed) * 0.5;
        if (!correlated)
            R = Dense.Build.DiagonalOfDiagonalVector(R.Diagonal());
        var (mean, covariance) = Moments(Forecast);
        var departure = Theirs(Draws(random.Fork("d"), 1, observed)).Row(0);
        Observation = new Observation
        {
            Index = 0, At = new GridTime(1), Operator = new LinearOperator(Own(H)), Values = (H * mean + departure).ToArray(),
            Error = correlated ? new CorrelatedError(Own(R)) : new DiagonalError([.. R.Diagonal().Select(Math.Sqrt)]),
            Points = [.. Enumerable.Range(0, observed).Select(j => (SpacePoint?)new SpacePoint(j * width / observed))],
        };
        Gain = covariance * H.Transpose() * (H * covariance * H.Transpose() + R).Inverse();
        (Mean, Covariance, ForecastCovariance) = (mean + Gain * departure, covariance - Gain * H * covariance, covariance);
    }

    public Domain Domain { get; }

    public Rows Forecast { get; }

    public Observation Observation { get; }

    public Dense H { get; }

    public Dense R { get; }

    public Dense Gain { get; }

    public Dense ForecastCovariance { get; }

    /// <summary>Kalman's analysis mean.</summary>
    public Columns Mean { get; }

    /// <summary>Kalman's analysis covariance.</summary>
    public Dense Covariance { get; }

    public BeliefRecorder Recorder { get; } = new();

    /// <summary>The ensemble that an update makes of the forecast.</summary>
    public Rows Apply(IEnsembleUpdate update, int threads = 1, long seed = 7)
    {
        var (members, predicted) = (Forecast.Copy(), new Rows(Forecast.Rows, Observation.Count));
        Observation.Operator.Apply(members, predicted);
        var context = new UpdateContext(Domain, new Workers(threads), new RandomSource(seed), Recorder);
        Assert.Equal(AnalysisStatus.Sound, update.Update(members, predicted, Observation, context));
        return members;
    }

    /// <summary>Mean and unbiased covariance of the rows.</summary>
    public static (Columns Mean, Dense Covariance) Moments(Rows members)
    {
        var rows = Theirs(members);
        var mean = rows.ColumnSums() / members.Rows;
        var anomalies = rows - Dense.Build.Dense(members.Rows, members.Width, (_, i) => mean[i]);
        return (mean, anomalies.Transpose() * anomalies / (members.Rows - 1));
    }

    /// <summary>The largest difference of the numbers of two ensembles.</summary>
    public static double Difference(Rows a, Rows b) => (Theirs(a) - Theirs(b)).Enumerate().Max(Math.Abs);

    /// <summary>The largest difference of the numbers of two matrices.</summary>
    public static double Difference(Dense a, Dense b) => (a - b).Enumerate().Max(Math.Abs);

    public static Dense Theirs(Rows own) => Dense.Build.Dense(own.Rows, own.Width, (i, j) => own[i, j]);

    private static Rows Own(Dense theirs)
    {
        var own = new Rows(theirs.RowCount, theirs.ColumnCount);
        for (var i = 0; i < own.Rows; i++)
            for (var j = 0; j < own.Width; j++)
                own[i, j] = theirs[i, j];
        return own;
    }

    private static Rows Draws(RandomSource random, int rows, int width)
    {
        var draws = new Rows(rows, width);
        random.FillNormal(draws.Values);
        return draws;
    }
}
