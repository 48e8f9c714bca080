// Something that was not as it should be.
namespace Mesh;

internal sealed class UnexpectedException(string message) : Exception(message);
