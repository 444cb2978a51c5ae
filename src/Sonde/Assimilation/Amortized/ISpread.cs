using Sonde.Calculus;
using Sonde.Numerics;

namespace Sonde.Assimilation.Amortized;

/// <summary>What a network's numbers beside the mean say of a state's distribution.</summary>
internal interface ISpread
{
    /// <summary>Numbers a component beside the mean.</summary>
    int Numbers { get; }

    /// <summary>A draw from each row's distribution, with derivatives by its mean and spread. Kingma and Welling, ICLR 2014, §2.4.</summary>
    Variable<float> Sample(StateEstimate estimate, RandomSource random);

    /// <summary>How unlikely states are: the mean over rows and components of minus the logarithm of the density, or of the square of the departure.</summary>
    Variable<float> Cost(StateEstimate estimate, Variable<float> states);

    /// <summary>The covariance's parts for a row.</summary>
    /// <param name="numbers">[Numbers × n].</param>
    /// <param name="variance">The diagonal D, [n], overwritten.</param>
    /// <returns>U, a direction a row, [r, n]; null where there is none.</returns>
    Matrix<double>? Read(ReadOnlySpan<float> numbers, Span<double> variance);
}

/// <summary>What a network says of states, a row each.</summary>
/// <param name="Mean">[rows, n].</param>
/// <param name="Numbers">[rows, Numbers × n].</param>
internal readonly record struct StateEstimate(Variable<float> Mean, Variable<float> Numbers);
