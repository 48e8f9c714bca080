// Which types a compiled assembly's types refer to: in signatures, base types, attributes and method bodies
// (ECMA-335). Nested types, closures and state machines count as the top-level type that holds them.
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Watchword.Tests.House;

internal sealed class TypeGraph
{
    private readonly Dictionary<string, SortedSet<string>> _references = new(StringComparer.Ordinal);
    private readonly PEReader _file;
    private readonly MetadataReader _metadata;
    private readonly TypeNames _names;

    private TypeGraph(PEReader file)
    {
        _file = file;
        _metadata = file.GetMetadataReader();
        _names = new TypeNames(_metadata);
    }

    /// <summary>Full name of each top-level type, and the full names of the types it refers to, its own left out.</summary>
    public static IReadOnlyDictionary<string, SortedSet<string>> Read(string assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        var graph = new TypeGraph(file);
        foreach (var handle in graph._metadata.TypeDefinitions)
        {
            graph.Type(handle);
        }

        return graph._references;
    }

    /// <summary>Names of the assemblies that an assembly was compiled against and uses.</summary>
    public static IReadOnlyList<string> References(string assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        var metadata = file.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(r => metadata.GetString(metadata.GetAssemblyReference(r).Name))];
    }

    /// <summary>Names of the members of other assemblies that an assembly uses.</summary>
    public static IReadOnlySet<string> ForeignMembers(string assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        var metadata = file.GetMetadataReader();
        return metadata.MemberReferences.Select(r => metadata.GetString(metadata.GetMemberReference(r).Name)).ToHashSet();
    }

    private void Type(TypeDefinitionHandle handle)
    {
        var type = _metadata.GetTypeDefinition(handle);
        var owner = _names.Of(handle);
        var found = _references.TryGetValue(owner, out var known) ? known : _references[owner] = new SortedSet<string>(StringComparer.Ordinal);
        _names.Found = found;
        Add(type.BaseType);
        foreach (var implemented in type.GetInterfaceImplementations())
        {
            Add(_metadata.GetInterfaceImplementation(implemented).Interface);
        }

        foreach (var parameter in type.GetGenericParameters())
        {
            Constraints(parameter);
        }

        foreach (var field in type.GetFields())
        {
            _metadata.GetFieldDefinition(field).DecodeSignature(_names, null);
        }

        foreach (var method in type.GetMethods())
        {
            Method(_metadata.GetMethodDefinition(method));
        }

        foreach (var attribute in type.GetCustomAttributes())
        {
            Add(_metadata.GetCustomAttribute(attribute).Constructor);
        }

        found.Remove(owner);
    }

    private void Method(MethodDefinition method)
    {
        method.DecodeSignature(_names, null);
        foreach (var parameter in method.GetGenericParameters())
        {
            Constraints(parameter);
        }

        if (method.RelativeVirtualAddress == 0)
        {
            return;
        }

        var body = _file.GetMethodBody(method.RelativeVirtualAddress);
        if (!body.LocalSignature.IsNil)
        {
            _metadata.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(_names, null);
        }

        foreach (var region in body.ExceptionRegions)
        {
            Add(region.CatchType);
        }

        foreach (var token in IlReader.Tokens(body.GetILContent()))
        {
            Add(MetadataTokens.EntityHandle(token));
        }
    }

    private void Constraints(GenericParameterHandle parameter)
    {
        foreach (var constraint in _metadata.GetGenericParameter(parameter).GetConstraints())
        {
            Add(_metadata.GetGenericParameterConstraint(constraint).Type);
        }
    }

    private void Add(EntityHandle handle)
    {
        switch (handle.Kind)
        {
            case HandleKind.TypeDefinition or HandleKind.TypeReference or HandleKind.TypeSpecification when !handle.IsNil:
                _names.Note(handle);
                break;
            case HandleKind.MethodDefinition:
                _names.Note(_metadata.GetMethodDefinition((MethodDefinitionHandle)handle).GetDeclaringType());
                break;
            case HandleKind.FieldDefinition:
                _names.Note(_metadata.GetFieldDefinition((FieldDefinitionHandle)handle).GetDeclaringType());
                break;
            case HandleKind.MemberReference:
                Add(_metadata.GetMemberReference((MemberReferenceHandle)handle).Parent);
                break;
            case HandleKind.MethodSpecification:
                var method = _metadata.GetMethodSpecification((MethodSpecificationHandle)handle);
                method.DecodeSignature(_names, null);
                Add(method.Method);
                break;
        }
    }
}
