namespace Sonde.Experiments.Files;

/// <summary>The kinds of numbers that a safetensors file may hold and that are read as floating-point numbers.</summary>
public enum SafetensorsType
{
    /// <summary>Double precision.</summary>
    F64,

    /// <summary>Single precision.</summary>
    F32,

    /// <summary>Half precision, IEEE 754.</summary>
    F16,

    /// <summary>The upper half of single precision.</summary>
    BF16,

    /// <summary>Whole numbers from −128 to 127, which something else scales.</summary>
    I8,
}
