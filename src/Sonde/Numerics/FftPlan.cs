using System.Numerics;
using System.Runtime.CompilerServices;

namespace Sonde.Numerics;

/// <summary>
/// Discrete Fourier transforms of rows: X(k) = Σⱼ x(j) exp(−2πi jk/n) and back, x(j) = (1/n) Σₖ X(k) exp(+2πi jk/n), of any
/// size whose prime factors are 2, 3 and 5. A complex row is 2n numbers: the n real parts, then the n imaginary parts. Immutable:
/// one plan serves all threads. Every row is transformed by itself, with the same bits in any batch.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class FftPlan<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly FftLines<T> complex;
    private readonly FftRealLines<T> real;

    /// <summary>Prepares transforms of <paramref name="size"/> numbers.</summary>
    /// <exception cref="ArgumentException">The size is below 1 or has a prime factor above 5, or T is neither float nor double.</exception>
    public FftPlan(int size)
    {
        complex = new FftLines<T>(size);
        real = new FftRealLines<T>(size);
    }

    /// <summary>n.</summary>
    public int Size => complex.Size;

    /// <summary>Width of a complex row, 2n.</summary>
    public int ComplexWidth => 2 * Size;

    /// <summary>Frequencies that determine a real row, n/2 + 1 (rounded down).</summary>
    public int HalfSize => Size / 2 + 1;

    /// <summary>Width of a half spectrum: <see cref="HalfSize"/> real parts, then as many imaginary parts.</summary>
    public int HalfSpectrumWidth => 2 * HalfSize;

    /// <summary>X of complex rows. <paramref name="spectrum"/> may be the memory of <paramref name="x"/>.</summary>
    /// <param name="x">[rows, 2n].</param>
    /// <param name="spectrum">[rows, 2n].</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public unsafe void Forward(ReadOnlyBatch<T> x, Batch<T> spectrum)
    {
        Fit(x.Rows, x.Width, ComplexWidth, spectrum.Rows, spectrum.Width, ComplexWidth);
        fixed (T* from = x.Values, to = spectrum.Values)
            complex.Rows(from, from + Size, ComplexWidth, x.Rows, to, to + Size, ComplexWidth, T.One);
    }

    /// <summary>x of complex spectra, divided by n. <paramref name="x"/> may be the memory of <paramref name="spectrum"/>.</summary>
    /// <param name="spectrum">[rows, 2n].</param>
    /// <param name="x">[rows, 2n].</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public unsafe void Inverse(ReadOnlyBatch<T> spectrum, Batch<T> x)
    {
        Fit(spectrum.Rows, spectrum.Width, ComplexWidth, x.Rows, x.Width, ComplexWidth);
        fixed (T* from = spectrum.Values, to = x.Values)        // exchanging the parts before and after turns exp(−…) to exp(+…)
            complex.Rows(from + Size, from, ComplexWidth, x.Rows, to + Size, to, ComplexWidth, T.One / T.CreateChecked(Size));
    }

    /// <summary>X(0) … X(n/2) of real rows; the rest is X(n − k) = conj X(k). The imaginary parts of X(0) and, for even n, X(n/2) are 0.</summary>
    /// <param name="x">[rows, n].</param>
    /// <param name="spectrum">[rows, <see cref="HalfSpectrumWidth"/>], apart from <paramref name="x"/>.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public unsafe void ForwardReal(ReadOnlyBatch<T> x, Batch<T> spectrum)
    {
        Fit(x.Rows, x.Width, Size, spectrum.Rows, spectrum.Width, HalfSpectrumWidth);
        fixed (T* from = x.Values, to = spectrum.Values)
            real.Forward(from, Size, x.Rows, to, to + HalfSize, HalfSpectrumWidth);
    }

    /// <summary>Real rows from half spectra, divided by n; the imaginary parts of X(0) and, for even n, X(n/2) are not read.</summary>
    /// <param name="spectrum">[rows, <see cref="HalfSpectrumWidth"/>].</param>
    /// <param name="x">[rows, n], apart from <paramref name="spectrum"/>.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public unsafe void InverseReal(ReadOnlyBatch<T> spectrum, Batch<T> x)
    {
        Fit(spectrum.Rows, spectrum.Width, HalfSpectrumWidth, x.Rows, x.Width, Size);
        fixed (T* from = spectrum.Values, to = x.Values)
            real.Inverse(from, from + HalfSize, HalfSpectrumWidth, x.Rows, to, Size, T.One / T.CreateChecked(Size));
    }

    internal static void Fit(int rows, int width, int needed, int rowsGiven, int widthGiven, int neededThere, [CallerMemberName] string what = "")
    {
        if (width != needed || widthGiven != neededThere)
            throw new ArgumentException($"{what} turns rows of {needed} into rows of {neededThere}, but got {width} and {widthGiven}.");
        if (rows != rowsGiven)
            throw new ArgumentException($"{what} was given {rows} rows but a destination of {rowsGiven}.");
    }
}
