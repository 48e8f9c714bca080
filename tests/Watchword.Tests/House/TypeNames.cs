// Notes the name of every type that a signature mentions (ECMA-335 II.23.2).
using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace Watchword.Tests.House;

internal sealed class TypeNames(MetadataReader metadata) : ISignatureTypeProvider<int, object?>
{
    /// <summary>Where the names go.</summary>
    public ISet<string> Found { get; set; } = new HashSet<string>();

    public string Of(TypeDefinitionHandle handle)
    {
        var type = metadata.GetTypeDefinition(handle);
        return type.IsNested ? Of(type.GetDeclaringType()) : Join(type.Namespace, type.Name);
    }

    public void Note(EntityHandle handle)
    {
        switch (handle.Kind)
        {
            case HandleKind.TypeDefinition:
                Found.Add(Of((TypeDefinitionHandle)handle));
                break;
            case HandleKind.TypeReference:
                Found.Add(Of((TypeReferenceHandle)handle));
                break;
            case HandleKind.TypeSpecification:
                metadata.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(this, null);
                break;
        }
    }

    public int GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind)
    {
        Note(handle);
        return 0;
    }

    public int GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind)
    {
        Note(handle);
        return 0;
    }

    public int GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind)
    {
        Note(handle);
        return 0;
    }

    public int GetArrayType(int elementType, ArrayShape shape) => 0;

    public int GetByReferenceType(int elementType) => 0;

    public int GetFunctionPointerType(MethodSignature<int> signature) => 0;

    public int GetGenericInstantiation(int genericType, ImmutableArray<int> typeArguments) => 0;

    public int GetGenericMethodParameter(object? genericContext, int index) => 0;

    public int GetGenericTypeParameter(object? genericContext, int index) => 0;

    public int GetModifiedType(int modifier, int unmodifiedType, bool isRequired) => 0;

    public int GetPinnedType(int elementType) => 0;

    public int GetPointerType(int elementType) => 0;

    public int GetPrimitiveType(PrimitiveTypeCode typeCode) => 0;

    public int GetSZArrayType(int elementType) => 0;

    private string Of(TypeReferenceHandle handle)
    {
        var type = metadata.GetTypeReference(handle);
        return type.ResolutionScope.Kind == HandleKind.TypeReference
            ? Of((TypeReferenceHandle)type.ResolutionScope)
            : Join(type.Namespace, type.Name);
    }

    private string Join(StringHandle space, StringHandle name)
    {
        var plain = metadata.GetString(name).Split('`')[0];
        return space.IsNil ? plain : metadata.GetString(space) + "." + plain;
    }
}
