using System.Numerics;

namespace Sonde.Numerics;

/// <summary>
/// Discrete Fourier transforms of fields of r rows × c columns: X(k, l) = Σᵢ Σⱼ x(i, j) exp(−2πi (ik/r + jl/c)) and back, divided
/// by r c. Each row of a batch is a whole field, row after row: r c real numbers; or the r c real parts, then the r c imaginary
/// parts; or a half spectrum, which keeps l = 0 … c/2 alone, r (c/2 + 1) real parts, then as many imaginary parts.
/// Sizes as in <see cref="FftPlan{T}"/>. Immutable: one plan serves all threads.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class Fft2DPlan<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly FftLines<T> alongRows;
    private readonly FftRealLines<T> alongRealRows;
    private readonly FftLines<T> alongColumns;

    /// <summary>Prepares transforms of fields of rows × columns.</summary>
    /// <exception cref="ArgumentException">A size is below 1 or has a prime factor above 5, or T is neither float nor double.</exception>
    public Fft2DPlan(int rows, int columns)
    {
        alongColumns = new FftLines<T>(rows);
        alongRows = new FftLines<T>(columns);
        alongRealRows = new FftRealLines<T>(columns);
    }

    /// <summary>r.</summary>
    public int Rows => alongColumns.Size;

    /// <summary>c.</summary>
    public int Columns => alongRows.Size;

    /// <summary>c/2 + 1, rounded down: the columns of a half spectrum.</summary>
    public int HalfColumns => Columns / 2 + 1;

    /// <summary>Width of a complex field, 2 r c.</summary>
    public int ComplexWidth => 2 * Rows * Columns;

    /// <summary>Width of a half spectrum, 2 r (c/2 + 1).</summary>
    public int HalfSpectrumWidth => 2 * Rows * HalfColumns;

    /// <summary>X of complex fields. <paramref name="spectrum"/> may be the memory of <paramref name="x"/>.</summary>
    /// <param name="x">[fields, <see cref="ComplexWidth"/>].</param>
    /// <param name="spectrum">[fields, <see cref="ComplexWidth"/>].</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public unsafe void Forward(ReadOnlyBatch<T> x, Batch<T> spectrum)
    {
        FftPlan<T>.Fit(x.Rows, x.Width, ComplexWidth, spectrum.Rows, spectrum.Width, ComplexWidth);
        var part = (long)Rows * Columns;
        fixed (T* from = x.Values, to = spectrum.Values)
            for (long field = 0, at = 0; field < x.Rows; field++, at += 2 * part)
                Transform(from + at, from + at + part, to + at, to + at + part, T.One);
    }

    /// <summary>x of complex spectra. <paramref name="x"/> may be the memory of <paramref name="spectrum"/>.</summary>
    /// <param name="spectrum">[fields, <see cref="ComplexWidth"/>].</param>
    /// <param name="x">[fields, <see cref="ComplexWidth"/>].</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public unsafe void Inverse(ReadOnlyBatch<T> spectrum, Batch<T> x)
    {
        FftPlan<T>.Fit(spectrum.Rows, spectrum.Width, ComplexWidth, x.Rows, x.Width, ComplexWidth);
        var part = (long)Rows * Columns;
        fixed (T* from = spectrum.Values, to = x.Values)
            for (long field = 0, at = 0; field < x.Rows; field++, at += 2 * part)
                Transform(from + at + part, from + at, to + at + part, to + at, T.One / T.CreateChecked(part));
    }

    /// <summary>Half spectra of real fields.</summary>
    /// <param name="x">[fields, r c].</param>
    /// <param name="spectrum">[fields, <see cref="HalfSpectrumWidth"/>], apart from <paramref name="x"/>.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public unsafe void ForwardReal(ReadOnlyBatch<T> x, Batch<T> spectrum)
    {
        FftPlan<T>.Fit(x.Rows, x.Width, Rows * Columns, spectrum.Rows, spectrum.Width, HalfSpectrumWidth);
        var (part, half) = ((long)Rows * Columns, (long)Rows * HalfColumns);
        fixed (T* from = x.Values, to = spectrum.Values)
            for (var field = 0; field < x.Rows; field++)
            {
                T* re = to + 2 * field * half, im = re + half;
                alongRealRows.Forward(from + field * part, Columns, Rows, re, im, HalfColumns);
                alongColumns.Columns(re, im, HalfColumns, HalfColumns, T.One);
            }
    }

    /// <summary>Real fields from half spectra; what no real field could have (such as an imaginary part of X(0, 0)) is not read.</summary>
    /// <param name="spectrum">[fields, <see cref="HalfSpectrumWidth"/>].</param>
    /// <param name="x">[fields, r c], apart from <paramref name="spectrum"/>.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public unsafe void InverseReal(ReadOnlyBatch<T> spectrum, Batch<T> x)
    {
        FftPlan<T>.Fit(spectrum.Rows, spectrum.Width, HalfSpectrumWidth, x.Rows, x.Width, Rows * Columns);
        var (part, half) = ((long)Rows * Columns, Rows * HalfColumns);
        using var frame = Scratch.Enter();
        fixed (T* from = spectrum.Values, to = x.Values, re = frame.RentSpan<T>(2 * half))
            for (var field = 0; field < x.Rows; field++)
            {
                var im = re + half;
                new ReadOnlySpan<T>(from + 2L * field * half, 2 * half).CopyTo(new Span<T>(re, 2 * half));
                alongColumns.Columns(im, re, HalfColumns, HalfColumns, T.One);
                alongRealRows.Inverse(re, im, HalfColumns, Rows, to + field * part, Columns, T.One / T.CreateChecked(part));
            }
    }

    private unsafe void Transform(T* re, T* im, T* toRe, T* toIm, T scale)
    {
        alongRows.Rows(re, im, Columns, Rows, toRe, toIm, Columns, T.One);
        alongColumns.Columns(toRe, toIm, Columns, Columns, scale);
    }
}
