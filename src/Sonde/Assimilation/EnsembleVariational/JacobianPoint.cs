namespace Sonde.Assimilation.EnsembleVariational;

/// <summary>Where the Gauss-Newton Hessian of members' costs is taken.</summary>
public enum JacobianPoint
{
    /// <summary>At each member: as many tangents a member as there are directions.</summary>
    Member,

    /// <summary>At the members' mean, for all of them: one adjoint a member gives its exact gradient, so that the minimum is the same. More and cheaper steps.</summary>
    Mean,
}
