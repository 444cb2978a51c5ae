using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;

namespace Sonde.Experiments.Configuration;

/// <summary>
/// Builds records from nodes through their primary constructors: the record is the configuration. Every fault becomes one
/// sentence and binding goes on, so that a user sees all of them at once. As it binds it writes the defaults it used into
/// the node, which so becomes the resolved configuration.
/// </summary>
public sealed class Binder(Kinds kinds)
{
    /// <summary>Marks what could not be bound; never reaches a caller, because <see cref="Bind{T}"/> throws before.</summary>
    private static readonly object Fault = new();
    private readonly List<string> faults = [];

    /// <summary>Binds a whole file.</summary>
    /// <exception cref="InputException">Something does not fit: all faults, a sentence each.</exception>
    public T Bind<T>(ConfigNode node)
    {
        faults.Clear();
        var value = Bind(node, typeof(T), nullable: false);
        return faults.Count == 0 ? (T)value! : throw new InputException([.. faults.Distinct()]);
    }

    private object? Bind(ConfigNode node, Type type, bool nullable)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return node.IsNull ? null : Bind(node, underlying, false);
        if (node.IsNull && nullable)
            return null;
        if (type == typeof(ConfigNode))
            return node;
        if (type == typeof(string))
            return node.Text is not null && !node.IsNull ? node.Text : Expected(node, "a word");
        if (type == typeof(double))
            return BindDouble(node);
        if (type == typeof(int) || type == typeof(long))
            return BindInteger(node, type);
        if (type == typeof(bool))
            return node.Text switch { "true" => true, "false" => false, _ => Expected(node, "true or false") };
        if (type.IsEnum)
            return BindEnum(node, type);
        if (ListElement(type) is { } element)
            return BindList(node, type, element);
        if (kinds.Of(type) is { Count: > 0 } choices)
            return BindKind(node, type, choices);
        return BindRecord(kinds.Expand(type, node) ?? node, type);
    }

    private object BindDouble(ConfigNode node)
    {
        if (node.Text is null || node.IsQuoted || !double.TryParse(node.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
            return IsInfinity(node) ? Expected(node, "a finite number") : Expected(node, "a number");
        return double.IsFinite(value) ? value : Expected(node, "a finite number");
    }

    private static bool IsInfinity(ConfigNode node) => node.Text is { } text && text.TrimStart('+', '-').ToLowerInvariant() is ".nan" or ".inf" or "nan" or "inf" or "infinity";

    private object BindInteger(ConfigNode node, Type type)
    {
        var largest = type == typeof(int) ? int.MaxValue : long.MaxValue;
        if (node.Text is null || node.IsQuoted || !double.TryParse(node.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var size) || size != Math.Truncate(size))
            return Expected(node, "a whole number");
        if (!decimal.TryParse(node.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || Math.Abs(value) > largest)
            return Expected(node, string.Create(CultureInfo.InvariantCulture, $"a whole number of at most {largest}"));
        return type == typeof(int) ? (int)value : (object)(long)value;
    }

    private object BindEnum(ConfigNode node, Type type)
    {
        var names = Enum.GetNames(type);
        var at = Array.FindIndex(names, name => KebabCase(name) == node.Text);
        if (at >= 0)
            return Enum.Parse(type, names[at]);
        if (node.Text is null || node.IsNull)
            return Expected(node, $"one of {string.Join(", ", names.Select(KebabCase))}");
        return Complain($"{node.Where}: {node.Path} is {node.Description}{Suggestion.For(node.Text, names.Select(KebabCase))}");
    }

    private object BindList(ConfigNode node, Type type, Type element)
    {
        if (node.Items is null)
            return Expected(node, "a list");
        var items = node.Items.Select(item => Bind(item, element, false)).ToArray();
        if (items.Any(item => item == Fault))
            return Fault;
        var array = Array.CreateInstance(element, items.Length);
        for (var i = 0; i < items.Length; i++)
            array.SetValue(items[i], i);
        return type.IsAssignableFrom(array.GetType()) ? array : throw new InvalidOperationException($"Lists bind to arrays, not to {type}.");
    }

    private object BindKind(ConfigNode node, Type type, IReadOnlyList<Kind> choices)
    {
        if (kinds.Expand(type, node) is { } expanded)
            node = expanded;
        var names = choices.Select(choice => choice.Name);
        if (node.Text is not null && !node.IsNull)                      // `kind` alone: a word
        {
            var named = ConfigNode.Mapping(node.Source, node.Line, node.Path);
            named.Set("kind", node);
            node = named;
        }
        if (!node.IsMapping)
            return Expected(node, "a mapping with the key 'kind'");
        if (node["kind"] is not { } kind)
            return Complain($"{node.Where}: {Name(node)} has no key 'kind'{Suggestion.For("", names)}");
        if (kind.Text is null || choices.FirstOrDefault(choice => choice.Name == kind.Text) is not { } chosen)
            return Complain($"{kind.Where}: {kind.Path} is {kind.Description}{Suggestion.For(kind.Text ?? "", names)}");
        return Construct(node, chosen.Type, chosen.Inline, ["kind"], $"kind '{chosen.Name}'");
    }

    private object BindRecord(ConfigNode node, Type type)
    {
        if (!node.IsMapping)
            return Expected(node, $"a mapping with {KeysOf(type)}");
        return Construct(node, type, new Dictionary<string, Type>(), [], null);
    }

    private object Construct(ConfigNode node, Type type, IReadOnlyDictionary<string, Type> inline, HashSet<string> used, string? what)
    {
        var before = faults.Count;
        var value = Build(node, type, inline, used);
        foreach (var (key, child) in node.Entries)
            if (!used.Contains(key))
                Complain($"{child.Where}: '{key}' is not a key of {what ?? Name(node)}{Suggestion.For(key, used)}");
        return faults.Count > before ? Fault : value;
    }

    private object Build(ConfigNode node, Type type, IReadOnlyDictionary<string, Type> inline, HashSet<string> used)
    {
        var constructor = PrimaryConstructor(type);
        var parameters = constructor.GetParameters();
        var arguments = new object?[parameters.Length];
        var sound = true;
        for (var i = 0; i < parameters.Length; i++)
        {
            var parameter = parameters[i];
            if (inline.TryGetValue(parameter.Name!, out var part))
            {
                arguments[i] = Build(node, part, inline, used);
            }
            else
            {
                var key = CamelCase(parameter.Name!);
                used.Add(key);
                arguments[i] = Argument(node, key, parameter);
            }
            sound &= arguments[i] != Fault;
        }
        if (!sound)
            return Fault;
        try
        {
            return constructor.Invoke(arguments);
        }
        catch (TargetInvocationException e) when (e.InnerException is ArgumentException argument)
        {
            return Reject(node, argument);
        }
        catch (TargetInvocationException e) when (e.InnerException is InputException input)
        {
            return Complain($"{node.Where}: {Name(node)}: {input.Message}");
        }
    }

    private object? Argument(ConfigNode node, string key, ParameterInfo parameter)
    {
        var nullable = new NullabilityInfoContext().Create(parameter).WriteState == NullabilityState.Nullable;
        if (node[key] is { } child && !(child.IsNull && parameter.HasDefaultValue))
            return Bind(child, parameter.ParameterType, nullable);
        if (!parameter.HasDefaultValue)
            return Complain($"{node.Where}: {Name(node)} has no key '{key}'; expected {Describe(parameter.ParameterType)}.");
        if (parameter.DefaultValue is not null && Format(parameter.DefaultValue, parameter.ParameterType) is { } text)
            node.Set(key, ConfigNode.Scalar(text, node.Source, node.Line, node.Path.Length == 0 ? key : $"{node.Path}.{key}"));
        return parameter.DefaultValue is { } value && parameter.ParameterType.IsEnum ? Enum.ToObject(parameter.ParameterType, value) : parameter.DefaultValue;
    }

    private object Reject(ConfigNode node, ArgumentException argument)
    {
        var key = argument.ParamName is null ? null : CamelCase(argument.ParamName);
        var child = key is null ? null : node[key];
        var message = InputException.Sentence(argument);
        return Complain(child is null
            ? $"{node.Where}: {Name(node)}: {message}"
            : $"{child.Where}: {child.Path} is {child.Description}: {message}");
    }

    private object Expected(ConfigNode node, string what) => Complain($"{node.Where}: {Name(node)} is {node.Description}; expected {what}.");

    private object Complain(string sentence)
    {
        faults.Add(sentence);
        return Fault;
    }

    private static string Name(ConfigNode node) => node.Path.Length == 0 ? "the file" : node.Path;

    private static string KeysOf(Type type) =>
        "the keys " + string.Join(", ", PrimaryConstructor(type).GetParameters().Select(parameter => CamelCase(parameter.Name!)));

    private static string Describe(Type type) => Type.GetTypeCode(Nullable.GetUnderlyingType(type) ?? type) switch
    {
        _ when type.IsEnum => $"one of {string.Join(", ", Enum.GetNames(type).Select(KebabCase))}",
        TypeCode.Double => "a number",
        TypeCode.Int32 or TypeCode.Int64 => "a whole number",
        TypeCode.Boolean => "true or false",
        TypeCode.String => "a word",
        _ => ListElement(type) is null ? "a mapping" : "a list",
    };

    private static Type? ListElement(Type type) =>
        type.IsArray ? type.GetElementType()
        : type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0]
        : null;

    private static ConstructorInfo PrimaryConstructor(Type type) =>
        type.GetConstructors().OrderByDescending(constructor => constructor.GetParameters().Length).First();

    private static string? Format(object value, Type type) => value switch
    {
        bool flag => flag ? "true" : "false",
        string text => text,
        IEnumerable => null,
        _ when type.IsEnum => KebabCase(Enum.ToObject(type, value).ToString()!),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => null,
    };

    internal static string CamelCase(string name) => char.ToLowerInvariant(name[0]) + name[1..];

    internal static string KebabCase(string name)
    {
        var text = new StringBuilder();
        for (var i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsUpper(name[i]) && (!char.IsUpper(name[i - 1]) || i + 1 < name.Length && char.IsLower(name[i + 1])))
                text.Append('-');
            text.Append(char.ToLowerInvariant(name[i]));
        }
        return text.ToString();
    }
}
