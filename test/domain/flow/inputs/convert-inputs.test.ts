import { describe, expect, test } from "vitest";
import type { ValueType } from "../../../../src/domain/flow/flow.js";
import { convertInputs } from "../../../../src/domain/flow/inputs/convert-inputs.js";
import type { JsonValue } from "../../../../src/domain/json/json.js";

function convert(type: ValueType, value: JsonValue): JsonValue {
  const { inputs, error } = convertInputs({ x: value }, { x: { type } }, 0);
  return error ? "fails" : (inputs["x"] ?? null);
}

describe("a value is converted to its declared type", () => {
  test.each<[ValueType, JsonValue, JsonValue]>([
    ["int", "22", 22],
    ["int", " -3 ", -3],
    ["int", 22, 22],
    ["int", "2.5", "fails"],
    ["int", 2.5, "fails"],
    ["int", "", "fails"],
    ["int", "0x10", "fails"],
    ["int", true, "fails"],
    ["int", "12345678901234567890", "fails"],
    ["double", "2.5", 2.5],
    ["double", "1e3", 1000],
    ["double", ".5", 0.5],
    ["double", 2, 2],
    ["double", "NA", "fails"],
    ["double", "1e999", "fails"],
    ["bool", "true", true],
    ["bool", "False", false],
    ["bool", false, false],
    ["bool", "1", "fails"],
    ["bool", 1, "fails"],
    ["string", "", ""],
    ["string", "NA", "NA"],
    ["string", 5, "5"],
    ["string", true, "True"],
    ["string", ["a", 1], "['a', 1]"],
    ["string", null, "fails"],
    ["list", '["a", 1]', ["a", 1]],
    ["list", [1], [1]],
    ["list", '{"a": 1}', "fails"],
    ["list", "a, b", "fails"],
    ["object", '{"a": [1]}', { a: [1] }],
    ["object", "no JSON", "no JSON"],
    ["object", { a: 1 }, { a: 1 }],
    ["object", null, null],
    ["image", { "data:image/png;path": "a.png" }, { "data:image/png;path": "a.png" }],
    ["image", null, "fails"],
  ])("%s from %j is %j", (type, value, expected) => {
    expect(convert(type, value)).toEqual(expected);
  });
});

describe("a line whose inputs do not convert", () => {
  test("fails with each input, its expected type and its value", () => {
    const long = "x".repeat(80);
    const { inputs, error } = convertInputs(
      { age: "old", tags: long, name: "n" },
      { age: { type: "int" }, tags: { type: "list" }, name: { type: "string" } },
      12,
    );
    expect(inputs).toEqual({ age: "old", tags: long, name: "n" });
    expect(error).toEqual({
      type: "InputTypeError",
      message: `Line 12 has inputs of other types: \`age\` expects int, got "old"; \`tags\` expects list, got "${"x".repeat(59)}…. Correct the row, or the type in the flow.`,
      isUserError: true,
    });
  });

  test("may have null where the default is null", () => {
    expect(convertInputs({ x: null }, { x: { type: "int", default: null } }, 0)).toEqual({
      inputs: { x: null },
    });
  });
});
