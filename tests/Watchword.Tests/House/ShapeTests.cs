// Types are sealed, small at the door and named after the trade.
namespace Watchword.Tests.House;

public sealed class ShapeTests
{
    [Fact]
    public void Public_types_are_sealed_or_static() =>
        Violations.None("A public type is sealed or static.", Shapes.OpenPublicTypes(Shapes.Ours));

    [Fact]
    public void No_public_static_can_be_assigned() =>
        Violations.None("No public static field or property can be assigned.", Shapes.AssignableStatics(Shapes.Ours));

    [Fact]
    public void No_constructor_takes_more_than_six_parameters() =>
        Violations.None("A constructor takes at most six parameters.", Shapes.LongConstructors(Shapes.Ours));

    [Fact]
    public void An_interface_stands_only_where_two_implementations_ship() =>
        Violations.None("An interface has at least two implementations that ship.", Shapes.LonelyInterfaces(Shapes.Ours));

    [Fact]
    public void Names_say_what_a_thing_is() =>
        Violations.None("No type is called Manager, Helper, Util, Default… or …Impl.", Shapes.EmptyNames(Shapes.Ours));

    [Fact]
    public void Every_project_is_looked_at() =>
        Assert.Superset(Repository.Projects.ToHashSet(), Shapes.Ours.Select(t => t.Assembly.GetName().Name!).ToHashSet());

    [Fact]
    public void Each_breach_is_found()
    {
        Assert.Single(Shapes.OpenPublicTypes([typeof(OpenShape), typeof(Closed), typeof(HouseSampleKind), typeof(ShapeTests)]));
        Assert.Equal(2, Shapes.AssignableStatics([typeof(OpenShape), typeof(Closed)]).Count());
        Assert.Single(Shapes.LongConstructors([typeof(OpenShape), typeof(Closed)]));
        Assert.Single(Shapes.LonelyInterfaces([typeof(IOnce), typeof(ITwice<>), typeof(OpenShape), typeof(Closed)]));
        Assert.Equal(2, Shapes.EmptyNames([typeof(DefaultImpl), typeof(ShapeHelper), typeof(Closed)]).Count());
    }

    public interface IOnce;

    public interface ITwice<T>;

    public enum HouseSampleKind
    {
        One,
    }

    public class OpenShape : IOnce, ITwice<int>
    {
#pragma warning disable CA2211 // This is what the rule has to find.
        public static int Field = 1;
#pragma warning restore CA2211

        public OpenShape(int a, int b, int c, int d, int e, int f, int g) => Sum = a + b + c + d + e + f + g;

        public static int Property { get; set; }

        public int Sum { get; }
    }

    public sealed class Closed(int a, int b, int c, int d, int e, int f) : ITwice<string>
    {
        public const int Constant = 1;
        public static readonly int ReadOnly = 1;

        public static int Property { get; private set; } = 2;

        public int Sum { get; } = a + b + c + d + e + f + Property++;
    }

    internal sealed class DefaultImpl;

    internal sealed class ShapeHelper;
}
