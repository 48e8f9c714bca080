// What the shipped assemblies may not lean on: data protection writes a key ring into the home folder of whoever
// runs the issuer, and comes in unseen through AddAuthentication.
namespace Watchword.Tests.House;

public sealed class DependencyTests
{
    private static readonly string[] WithoutDataProtection = ["Watchword", "Watchword.Client", "Watchword.Issuer", "Watchword.Cli"];

    [Fact]
    public void Data_protection_stays_out_of_the_issuer() => Violations.None(
        "The issuer and the tool do not use data protection, nor AddAuthentication, which brings it in.",
        WithoutDataProtection.SelectMany(p => DataProtection(p, Repository.AssemblyOf(p))));

    [Fact]
    public void Use_of_data_protection_is_found()
    {
        // The tests use it themselves: see Contract.
        var found = DataProtection("Tests", typeof(DependencyTests).Assembly.Location).ToList();
        Assert.Contains("Tests: refers to Microsoft.AspNetCore.DataProtection.", found);
        Assert.Contains("Tests: calls AddAuthentication.", found);
    }

    [Fact]
    public void Every_assembly_that_ships_is_free_of_reflection_emit() => Violations.None(
        "Nothing that ships makes code at run time: it would not run natively.",
        Repository.Projects.SelectMany(p => TypeGraph.References(Repository.AssemblyOf(p))
            .Where(r => r is "System.Reflection.Emit" or "System.Linq.Expressions")
            .Select(r => $"{p}: refers to {r}.")));

    private static IEnumerable<string> DataProtection(string name, string assembly) =>
        TypeGraph.References(assembly)
            .Where(r => r.StartsWith("Microsoft.AspNetCore.DataProtection", StringComparison.Ordinal))
            .Select(r => $"{name}: refers to {r}.")
            .Concat(TypeGraph.ForeignMembers(assembly)
                .Where(m => m is "AddAuthentication" or "AddDataProtection")
                .Select(m => $"{name}: calls {m}."));
}
