namespace Sonde.Assimilation.Variational;

/// <summary>What weak-constraint 4D-Var controls. Both forms have the same minimum; Trémolet, Q. J. R. Meteorol. Soc. 132, 2006.</summary>
public enum WeakForm
{
    /// <summary>The states of the window, the first as x_b + v Z: the Hessian couples neighboring times alone. Needs model error in every direction.</summary>
    State,

    /// <summary>The first state and the model errors, each in units of its own covariance: a full Hessian, but some model errors may be zero.</summary>
    ModelError,
}
