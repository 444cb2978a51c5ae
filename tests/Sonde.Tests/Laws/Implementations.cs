using Sonde.Dynamics;

namespace Sonde.Tests.Laws;

/// <summary>Finds the library's types that implement an interface, so that a list of laws cannot forget one.</summary>
internal static class Implementations
{
    public static IEnumerable<Type> Of<T>() => typeof(IVectorField).Assembly.GetTypes()
        .Where(type => typeof(T).IsAssignableFrom(type) && type is { IsAbstract: false, IsInterface: false, IsByRefLike: false, IsPublic: true });
}
