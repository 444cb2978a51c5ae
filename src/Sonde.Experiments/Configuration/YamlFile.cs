using System.Buffers;
using System.Globalization;
using System.Text;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Sonde.Experiments.Configuration;

/// <summary>Reads YAML into nodes that know their line, and writes nodes as YAML.</summary>
public static class YamlFile
{
    private const int LargestFile = 16 << 20;
    private static readonly SearchValues<char> Special = SearchValues.Create(":#{}[],&*!|>'\"%@`\n");

    /// <summary>Reads a file that holds one mapping.</summary>
    /// <exception cref="InputException">The file is missing, empty, not YAML, or not a mapping.</exception>
    public static ConfigNode Read(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
            throw new InputException(Directory.Exists(path)
                ? $"{path} is a folder, but a YAML file was expected."
                : $"{path} was not found; expected a YAML file.");
        if (file.Length > LargestFile)
            throw new InputException($"{path} has {file.Length} bytes, but a configuration of at most {LargestFile} was expected.");
        string text;
        try
        {
            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(path)).TrimStart('\uFEFF');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            throw new InputException($"{path} could not be read as UTF-8 text: {e.Message}", e);
        }
        var root = Parse(text, path);
        return root.IsMapping ? root : throw new InputException($"{root.Where}: found {root.Description}, expected a mapping of keys to values.");
    }

    /// <summary>Parses YAML text.</summary>
    /// <exception cref="InputException">The text is not YAML or holds several documents.</exception>
    public static ConfigNode Parse(string text, string source)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(text));
        }
        catch (YamlException e)
        {
            var reason = (e.InnerException ?? e).Message;
            throw new InputException(string.Create(CultureInfo.InvariantCulture, $"{source}, line {e.Start.Line}: not valid YAML: {reason.TrimEnd('.')}."), e);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)         // what the parser throws at the end of an open list
        {
            throw new InputException($"{source}: not valid YAML: a list, mapping or quotation that was opened is not closed.", e);
        }
        if (stream.Documents.Count == 0)
            throw new InputException($"{source} is empty; expected a mapping of keys to values.");
        if (stream.Documents.Count > 1)
            throw new InputException($"{source} holds {stream.Documents.Count} YAML documents; expected one.");
        return Convert(stream.Documents[0].RootNode, source, "", 0);
    }

    /// <summary>Block style YAML of a node, short lists on one line.</summary>
    public static string Write(ConfigNode node)
    {
        var text = new StringBuilder();
        WriteBlock(node, 0, text);
        return text.ToString();
    }

    /// <summary>Flow style YAML of a node, on one line.</summary>
    public static string WriteInline(ConfigNode node)
    {
        var text = new StringBuilder();
        WriteFlow(node, text);
        return text.ToString();
    }

    private static ConfigNode Convert(YamlNode node, string source, string path, int depth)
    {
        var line = (int)node.Start.Line;
        if (depth > 64)
            throw new InputException($"{source}, line {line}: values are nested deeper than 64 levels.");
        switch (node)
        {
            case YamlScalarNode scalar:
                return ConfigNode.Scalar(scalar.Value ?? "", source, line, path, scalar.Style is ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted);
            case YamlSequenceNode sequence:
                return ConfigNode.Sequence(sequence.Select((item, i) => Convert(item, source, $"{path}[{i}]", depth + 1)), source, line, path);
            case YamlMappingNode mapping:
                var result = ConfigNode.Mapping(source, line, path);
                foreach (var (key, value) in mapping)
                {
                    if (key is not YamlScalarNode { Value: { Length: > 0 } name })
                        throw new InputException($"{source}, line {key.Start.Line}: found a key that is not a word.");
                    result.Set(name, Convert(value, source, path.Length == 0 ? name : $"{path}.{name}", depth + 1));
                }
                return result;
            default:
                throw new InputException($"{source}, line {line}: found {node.NodeType}, expected a value.");
        }
    }

    private static void WriteBlock(ConfigNode node, int indent, StringBuilder text)
    {
        var space = new string(' ', indent);
        foreach (var (key, value) in node.Entries)
        {
            text.Append(space).Append(Quote(key, false)).Append(':');
            if (IsShort(value))
            {
                text.Append(' ');
                WriteFlow(value, text);
                text.Append('\n');
            }
            else if (value.IsMapping)
            {
                text.Append('\n');
                WriteBlock(value, indent + 2, text);
            }
            else
            {
                text.Append('\n');
                foreach (var item in value.Items!)
                {
                    text.Append(space).Append("  - ");
                    WriteFlow(item, text);
                    text.Append('\n');
                }
            }
        }
    }

    private static bool IsShort(ConfigNode node)
    {
        if (node.Text is not null)
            return true;
        if (node.Items is not null && node.Items.Exists(item => item.IsMapping))
            return false;
        return WriteInline(node).Length <= 100;
    }

    private static void WriteFlow(ConfigNode node, StringBuilder text)
    {
        if (node.Text is not null)
        {
            text.Append(Quote(node.Text, node.IsQuoted));
        }
        else if (node.Items is not null)
        {
            text.Append('[');
            for (var i = 0; i < node.Items.Count; i++)
            {
                text.Append(i > 0 ? ", " : "");
                WriteFlow(node.Items[i], text);
            }
            text.Append(']');
        }
        else
        {
            text.Append("{ ");
            for (var i = 0; i < node.Entries.Count; i++)
            {
                text.Append(i > 0 ? ", " : "").Append(Quote(node.Entries[i].Key, false)).Append(": ");
                WriteFlow(node.Entries[i].Value, text);
            }
            text.Append(" }");
        }
    }

    private static string Quote(string word, bool quoted) =>
        quoted || word.AsSpan().ContainsAny(Special) || word.Length > 0 && (char.IsWhiteSpace(word[0]) || char.IsWhiteSpace(word[^1]) || word[0] is '-' or '?' && word.Length == 1)
            ? $"\"{word.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\""
            : word;
}
