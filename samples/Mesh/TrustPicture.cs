// Who trusts whom, as a picture (SVG): drawn from the bundle and from what each service offers, so that it shows what is, not what was meant.
using System.Globalization;
using System.Text;

namespace Mesh;

internal sealed class TrustPicture
{
    private const int Width = 900;
    private const int Height = 640;
    private const int BoxWidth = 170;
    private const int BoxHeight = 48;
    private readonly StringBuilder _svg = new();
    private readonly Fleet _fleet;

    private TrustPicture(Fleet fleet) => _fleet = fleet;

    public static string Draw(Fleet fleet)
    {
        var picture = new TrustPicture(fleet);
        picture.Draw();
        return picture._svg.ToString();
    }

    private void Draw()
    {
        Add($"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {Height}" role="img" aria-labelledby="title desc">
              <title id="title">Who trusts whom in the mesh</title>
              <desc id="desc">{Text(string.Join(' ', Arrows().Select(arrow => $"{arrow.From} lets {arrow.To} in for {arrow.Scopes}.")))}</desc>
              <defs>
                <marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto"><path class="head" d="M 0 1 L 10 5 L 0 9 z" /></marker>
              </defs>
            """);
        Add(Style);
        Add($"""  <rect class="page" x="0.5" y="0.5" width="{Width - 1}" height="{Height - 1}" rx="8" />""");
        Add("""  <text class="bold" x="24" y="32">Who trusts whom</text>""");
        Add("""  <text class="small" x="24" y="52">An arrow from A to B: A lets B in, for these scopes.</text>""");
        foreach (var arrow in Arrows())
            DrawArrow(arrow);
        foreach (var plan in Plan.Shop)
            DrawService(plan);
        Add($"""  <text class="small" x="24" y="{Height - 20}">Trust bundle {_fleet.Bundle.Serial}, until {_fleet.Bundle.Expires.UtcDateTime.ToString("d MMMM yyyy", CultureInfo.InvariantCulture)}, signed by the offline key {Text(_fleet.SignedBy)}</text>""");
        Add("</svg>");
    }

    // A service lets another in for what it offers to it, as far as the bundle lets the other claim it.
    private IEnumerable<(string From, string To, string Scopes)> Arrows() =>
        from plan in Plan.Shop
        from entry in _fleet.Bundle.Issuers
        let name = _fleet.NameOf(entry.Issuer)
        where name != plan.Name
        let scopes = plan.Offers.Where(offer => offer.OnlyFor is null || offer.OnlyFor == name).Select(offer => offer.Scope).Intersect(entry.Scopes).ToArray()
        where scopes.Length > 0
        select (plan.Name, name, string.Join(' ', scopes));

    private void DrawArrow((string From, string To, string Scopes) arrow)
    {
        var (a, b) = (Middle(arrow.From), Middle(arrow.To));
        var length = Math.Sqrt((b.X - a.X) * (b.X - a.X) + (b.Y - a.Y) * (b.Y - a.Y));
        var (x, y) = ((b.X - a.X) / length, (b.Y - a.Y) / length);
        // Two that trust each other: each arrow goes a little to its left, and has its label near where it begins.
        var isMutual = Arrows().Any(other => (other.From, other.To) == (arrow.To, arrow.From));
        var (sideX, sideY) = isMutual ? (y * 12, -x * 12) : (0, 0);
        var (start, end) = (Reach(x, y, sideX, sideY), length - Reach(-x, -y, sideX, sideY));
        var label = start + (end - start) * (isMutual ? 0.2 : 0.6);
        string At(double way) => $"{Number(a.X + sideX + x * way)} {Number(a.Y + sideY + y * way)}";
        Add($"""  <path class="arrow" d="M {At(start)} L {At(end)}" marker-end="url(#head)" />""");
        var width = arrow.Scopes.Length * 8 + 8;
        Add($"""  <g transform="translate({At(label)})"><rect class="behind" x="{-width / 2}" y="-10" width="{width}" height="19" rx="4" /><text class="scope" y="4" text-anchor="middle">{Text(arrow.Scopes)}</text></g>""");
    }

    private void DrawService(Plan plan)
    {
        var (x, y) = Middle(plan.Name);
        Add($"""  <rect class="service" x="{Number(x - BoxWidth / 2.0)}" y="{Number(y - BoxHeight / 2.0)}" width="{BoxWidth}" height="{BoxHeight}" rx="8" />""");
        Add($"""  <text class="bold" x="{Number(x)}" y="{Number(y - 3)}" text-anchor="middle">{Text(plan.Name)}</text>""");
        Add($"""  <text class="small" x="{Number(x)}" y="{Number(y + 15)}" text-anchor="middle">{Text(_fleet.UrlOf(plan.Name))}</text>""");
    }

    // On an ellipse, the first at the top.
    private static (double X, double Y) Middle(string name)
    {
        var angle = 2 * Math.PI * Array.FindIndex(Plan.Shop, plan => plan.Name == name) / Plan.Shop.Length - Math.PI / 2;
        return (Width / 2 + 330 * Math.Cos(angle), 335 + 220 * Math.Sin(angle));
    }

    // How far a line in this direction, begun beside the middle of a box, goes until it is a little out of the box.
    private static double Reach(double x, double y, double sideX, double sideY) => Math.Min(
        (BoxWidth / 2.0 + 4 - Math.Sign(x) * sideX) / Math.Max(Math.Abs(x), 1e-9), (BoxHeight / 2.0 + 4 - Math.Sign(y) * sideY) / Math.Max(Math.Abs(y), 1e-9));

    private void Add(string line) => _svg.Append(line).Append('\n');

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    private static string Text(string text) => System.Security.SecurityElement.Escape(text);

    private const string Style = """
          <style>
            .page { fill: #ffffff; stroke: #d0d7de; }
            text { font: 13px system-ui, sans-serif; fill: #1f2328; }
            .small { font-size: 12px; fill: #57606a; }
            .bold { font-weight: 600; }
            .service { fill: #ddf4ff; stroke: #0969da; }
            .arrow { stroke: #57606a; stroke-width: 1.5; }
            .head { fill: #57606a; }
            .behind { fill: #ffffff; }
            .scope { font: 12px ui-monospace, monospace; }
            @media (prefers-color-scheme: dark) {
              .page { fill: #0d1117; stroke: #30363d; }
              text { fill: #e6edf3; }
              .small { fill: #9198a1; }
              .service { fill: #12233a; stroke: #58a6ff; }
              .arrow { stroke: #9198a1; }
              .head { fill: #9198a1; }
              .behind { fill: #0d1117; }
            }
          </style>
        """;
}
