using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Sonde.Benchmarks;

/// <summary>Says how many floating-point operations one call makes for a size, so that a column can show billions a second.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OperationsAttribute(double factor, int power = 3) : Attribute
{
    /// <summary>factor × sizeᵖᵒʷᵉʳ.</summary>
    public double Count(int size) => factor * Math.Pow(size, power);
}

/// <summary>Billions of floating-point operations a second, for methods with <see cref="OperationsAttribute"/> and a parameter Size.</summary>
public sealed class OperationsColumn : IColumn
{
    public string Id => nameof(OperationsColumn);

    public string ColumnName => "GFLOP/s";

    public string Legend => "Billions of floating-point operations a second";

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public bool IsAvailable(Summary summary) => true;

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) => GetValue(summary, benchmarkCase, SummaryStyle.Default);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style)
    {
        var method = benchmarkCase.Descriptor.WorkloadMethod;
        var nanoseconds = summary[benchmarkCase]?.ResultStatistics?.Mean;
        if (Attribute.GetCustomAttribute(method, typeof(OperationsAttribute)) is not OperationsAttribute operations || nanoseconds is not { } time)
            return "";
        return (operations.Count((int)benchmarkCase.Parameters["Size"]) / time).ToString("F1", CultureInfo.InvariantCulture);
    }
}

/// <summary>The default configuration and the column of operations.</summary>
public sealed class DenseConfig : ManualConfig
{
    public DenseConfig() => AddColumn(new OperationsColumn());
}
