namespace Sonde.Dynamics.Fields;

/// <summary>Where points lie and how far apart they are; what localization and interpolation measure with.</summary>
public interface ISpace
{
    /// <summary>How many coordinates of a point count; 0 where components have no place and every distance is 0.</summary>
    int Dimensions { get; }

    /// <summary>Distance along the space, symmetric, in its unit.</summary>
    double Distance(SpacePoint a, SpacePoint b);

    /// <summary>Cartesian coordinates in which near points are near (periodic ones repeat after <see cref="Periods"/>).</summary>
    SpacePoint Embed(SpacePoint point);

    /// <summary>Period of each embedded coordinate; 0 where it does not repeat.</summary>
    SpacePoint Periods { get; }

    /// <summary>
    /// Where <paramref name="to"/> lies as seen from <paramref name="from"/>, in as many coordinates as there are dimensions: shortest
    /// lines are straight, and near points have their true distance. Not finite where <paramref name="to"/> is beyond the horizon.
    /// As it stands it serves flat spaces.
    /// </summary>
    SpacePoint Offset(SpacePoint from, SpacePoint to)
    {
        var (a, b, periods) = (Embed(from), Embed(to), Periods);
        return new SpacePoint(
            Periodic.Difference(b.X, a.X, periods.X), Periodic.Difference(b.Y, a.Y, periods.Y), Periodic.Difference(b.Z, a.Z, periods.Z));
    }

    /// <summary>Points at most <paramref name="distance"/> apart have embedded places at most this far apart.</summary>
    double EmbeddedReach(double distance);
}
