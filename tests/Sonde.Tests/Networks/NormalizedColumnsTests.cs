using Sonde.Calculus;
using Sonde.Networks.Training;
using Sonde.Numerics;

namespace Sonde.Tests.Networks;

public sealed class NormalizedColumnsTests
{
    [Fact]
    public void Columns_get_mean_0_and_deviation_1_and_come_back()
    {
        double[] values = [1, 5, 1e-30, 3, 5, -1e-30, 8, 5, 0];
        var columns = NormalizedColumns<double>.Of(new ReadOnlyBatch<double>(values, 3, 3));
        Assert.Equal([4.0, 5.0, 0.0], columns.Mean.ToArray());
        Assert.Equal(Math.Sqrt(26.0 / 3), columns.Deviation[0], 1e-14);
        Assert.Equal(1, columns.Deviation[1]);
        var rows = new Matrix<double>(new ReadOnlyBatch<double>(values, 3, 3));
        columns.Normalize(rows);
        Assert.Equal(-3 / Math.Sqrt(26.0 / 3), rows[0, 0], 1e-14);
        Assert.Equal([0.0, 0.0, 0.0], [rows[0, 1], rows[1, 1], rows[2, 1]]);
        var tape = new Tape<double>();
        var same = columns.Normalize(tape.Constant(new ReadOnlyBatch<double>(values, 3, 3)));
        Assert.Equal(rows.Values.ToArray(), same.Value.Values.ToArray());
        var back = columns.Restore(same);
        columns.Restore(rows);
        for (var i = 0; i < 9; i++)
        {
            Assert.Equal(values[i], rows.Values[i], 1e-14);
            Assert.Equal(rows.Values[i], back.Value.Values[i], 1e-15);
        }
    }

    [Fact]
    public void What_cannot_be_normalized_is_refused()
    {
        Assert.Contains("Column 1", Assert.Throws<ArgumentException>(() => NormalizedColumns<float>.Of(new ReadOnlyBatch<float>([1, float.NaN], 1, 2))).Message, StringComparison.Ordinal);
        Assert.Contains("column 0 is 0", Assert.Throws<ArgumentException>(() => new NormalizedColumns<float>([1], [0])).Message, StringComparison.Ordinal);
    }
}
