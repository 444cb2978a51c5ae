namespace Sonde.Numerics.Kernels;

/// <summary>A matrix in memory: element (i, j) is at Origin + i Row + j Column. Rows or columns are contiguous.</summary>
internal readonly unsafe struct Strided<T>(T* origin, nint row, nint column) where T : unmanaged
{
    public readonly T* Origin = origin;

    public readonly nint Row = row, Column = column;

    public Strided<T> Transposed => new(Origin, Column, Row);

    public T* At(nint i, nint j) => Origin + i * Row + j * Column;

    public Strided<T> From(nint i, nint j) => new(At(i, j), Row, Column);
}
