// The rules about the shape of types, asked of a set of compiled types, so that each rule can be shown to bite.
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Watchword.Tests.House;

internal static class Shapes
{
    private const int MostParameters = 6;
    private const BindingFlags Everything =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly string[] EmptyWords = ["Manager", "Helper", "Util"];

    /// <summary>The types that somebody wrote in our projects.</summary>
    public static IReadOnlyList<Type> Ours { get; } =
        [.. Repository.Projects.SelectMany(p => Assembly.Load(p).GetTypes()).Where(IsWritten)];

    public static IEnumerable<string> OpenPublicTypes(IEnumerable<Type> types) => types
        .Where(t => t.IsVisible && t.IsClass && !t.IsSealed && !t.IsSubclassOf(typeof(Delegate)))
        .Select(t => $"{t.FullName} is neither sealed nor static.");

    public static IEnumerable<string> AssignableStatics(IEnumerable<Type> types) => types.Where(t => t.IsVisible).SelectMany(t =>
        t.GetFields(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .Where(f => !f.IsInitOnly && !f.IsLiteral).Select(f => f.Name)
            .Concat(t.GetProperties(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
                .Where(p => p.SetMethod is { IsPublic: true }).Select(p => p.Name))
            .Select(name => $"{t.FullName}.{name} can be assigned by anybody."));

    public static IEnumerable<string> LongConstructors(IEnumerable<Type> types) => types
        .Where(t => !t.IsSubclassOf(typeof(Delegate)))
        .SelectMany(t => t.GetConstructors(Everything))
        .Where(c => c.GetParameters().Length > MostParameters)
        .Select(c => $"{c.DeclaringType!.FullName} has a constructor with {c.GetParameters().Length} parameters.");

    public static IEnumerable<string> LonelyInterfaces(IReadOnlyCollection<Type> types) => types
        .Where(t => t.IsInterface)
        .Select(i => (Interface: i, Count: types.Count(t => !t.IsAbstract && t.GetInterfaces().Any(x => Open(x) == i))))
        .Where(i => i.Count < 2)
        .Select(i => $"{i.Interface.FullName} has {i.Count} implementations.");

    public static IEnumerable<string> EmptyNames(IEnumerable<Type> types) => types
        .Where(t => EmptyWords.Any(w => t.Name.Contains(w, StringComparison.Ordinal))
            || t.Name.StartsWith("Default", StringComparison.Ordinal)
            || t.Name.Split('`')[0].EndsWith("Impl", StringComparison.Ordinal))
        .Select(t => $"{t.FullName} says nothing about what it is.");

    private static Type Open(Type type) => type.IsGenericType ? type.GetGenericTypeDefinition() : type;

    private static bool IsWritten(Type type)
    {
        if (type is { Namespace: null, Name: "Program" })
        {
            return false; // what the compiler wraps around top-level statements
        }

        for (var t = type; t is not null; t = t.DeclaringType)
        {
            if (t.Name.Contains('<') || t.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false)
                || t.IsDefined(typeof(System.CodeDom.Compiler.GeneratedCodeAttribute), inherit: false))
            {
                return false;
            }
        }

        return true;
    }
}
