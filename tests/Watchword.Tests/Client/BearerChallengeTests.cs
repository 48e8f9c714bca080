// Reading a challenge as RFC 9110 §11.2 writes it, not by searching for a word in it.
using Watchword.Client.Http;

namespace Watchword.Tests.Client;

public sealed class BearerChallengeTests
{
    [Theory]
    [InlineData("error=\"invalid_token\"", "invalid_token")]
    [InlineData("error=invalid_token", "invalid_token")]
    [InlineData("realm=\"a, b\", ERROR = \"invalid_token\" , scope=\"x\"", "invalid_token")]
    [InlineData("error_description=\"error=\\\"invalid_token\\\"\", error=\"insufficient_scope\"", "insufficient_scope")]
    [InlineData("error=\"in\\valid_token\"", "invalid_token")]
    [InlineData("error_description=\"invalid_token\"", null)]
    [InlineData("error", null)]
    [InlineData("", null)]
    [InlineData(",,, ,", null)]
    [InlineData("realm=\"never closed, error=\"", null)]
    [InlineData("error=", "")]
    [InlineData("error=\"", "\"")]
    [InlineData("=\\\"", null)]
    public void The_error_is_the_parameter_of_that_name(string parameters, string? error) =>
        Assert.Equal(error, BearerChallenge.Value(parameters, "error"));
}
