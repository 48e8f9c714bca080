// The metadata tokens in a method body, found by walking its instructions (ECMA-335 III).
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Emit;

namespace Watchword.Tests.House;

internal static class IlReader
{
    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(f => (OpCode)f.GetValue(null)!)
        .ToDictionary(o => o.Value);

    public static IEnumerable<int> Tokens(ImmutableArray<byte> code)
    {
        for (var at = 0; at < code.Length;)
        {
            var value = (short)code[at++];
            if (value == 0xFE)
            {
                value = (short)(0xFE00 | code[at++]);
            }

            var operand = OpCodesByValue[value].OperandType;
            if (operand is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineType or OperandType.InlineTok)
            {
                yield return Int32(code, at);
            }

            at += operand switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * Int32(code, at)),
                _ => 4,
            };
        }
    }

    private static int Int32(ImmutableArray<byte> code, int at) => BinaryPrimitives.ReadInt32LittleEndian(code.AsSpan(at, 4));
}
