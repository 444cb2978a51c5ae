using Sonde.Numerics;

namespace Sonde.Dynamics;

/// <summary>What a Runge-Kutta step needs of a tendency: k = f(t, x).</summary>
internal interface ISlopes
{
    void Evaluate(double t, ReadOnlyBatch<double> x, Batch<double> k);
}

/// <summary>And of its tangent along one state: dk = f′(t, x) dx.</summary>
internal interface ITangentSlopes : ISlopes
{
    void Tangent(double t, ReadOnlyBatch<double> x, ReadOnlyBatch<double> dx, Batch<double> dk);
}

/// <summary>And of its adjoint at as many states, or at one for all: x̄ += f′(t, x)ᵀ k̄.</summary>
internal interface IAdjointSlopes : ISlopes
{
    void AddAdjoint(double t, ReadOnlyBatch<double> x, ReadOnlyBatch<double> kBar, Batch<double> xBar);
}

/// <summary>The slopes of any tendency.</summary>
internal readonly struct FieldSlopes(IVectorField field) : ISlopes
{
    public void Evaluate(double t, ReadOnlyBatch<double> x, Batch<double> k) => field.Evaluate(t, x, k);
}

/// <summary>The slopes of a differentiable tendency.</summary>
internal readonly struct DifferentiableSlopes(IDifferentiableVectorField field) : ITangentSlopes, IAdjointSlopes
{
    public void AddAdjoint(double t, ReadOnlyBatch<double> x, ReadOnlyBatch<double> kBar, Batch<double> xBar) => field.AddAdjoint(t, x, kBar, xBar);

    public void Evaluate(double t, ReadOnlyBatch<double> x, Batch<double> k) => field.Evaluate(t, x, k);

    public void Tangent(double t, ReadOnlyBatch<double> x, ReadOnlyBatch<double> dx, Batch<double> dk) => field.Tangent(t, x, dx, dk);
}

/// <summary>The slopes of a tendency whose parameters come with the rows, or with a single row for all.</summary>
internal readonly ref struct ParametricSlopes(IParametricField field, ReadOnlyBatch<double> parameters, ReadOnlyBatch<double> dParameters) : ITangentSlopes
{
    private readonly ReadOnlyBatch<double> parameters = parameters;
    private readonly ReadOnlyBatch<double> dParameters = dParameters;

    public void Evaluate(double t, ReadOnlyBatch<double> x, Batch<double> k) => field.Evaluate(t, x, parameters, k);

    public void Tangent(double t, ReadOnlyBatch<double> x, ReadOnlyBatch<double> dx, Batch<double> dk) =>
        field.Tangent(t, x, parameters, dx, dParameters, dk);
}

/// <summary>The slopes of a tendency with the adjoints of the parameters that come with the rows, or with one row for all.</summary>
internal readonly ref struct ParametricAdjointSlopes(IParametricField field, ReadOnlyBatch<double> parameters, Batch<double> parametersBar) : IAdjointSlopes
{
    private readonly ReadOnlyBatch<double> parameters = parameters;
    private readonly Batch<double> parametersBar = parametersBar;

    public void Evaluate(double t, ReadOnlyBatch<double> x, Batch<double> k) => field.Evaluate(t, x, parameters, k);

    public void AddAdjoint(double t, ReadOnlyBatch<double> x, ReadOnlyBatch<double> kBar, Batch<double> xBar) =>
        field.AddAdjoint(t, x, parameters, kBar, xBar, parametersBar);
}
