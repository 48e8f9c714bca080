// Something that was not as it should be.
namespace Quickstart;

internal sealed class UnexpectedException(string message) : Exception(message);
