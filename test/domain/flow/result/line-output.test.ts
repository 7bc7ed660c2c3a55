import { describe, expect, test } from "vitest";
import { lineOutput, outputLine } from "../../../../src/domain/flow/result/line-output.js";

describe("the outputs of a line", () => {
  test.each<[unknown, unknown]>([
    [
      { answer: "a", score: 1 },
      { answer: "a", score: 1 },
    ],
    ["text", { output: "text" }],
    [[1, 2], { output: [1, 2] }],
    [null, { output: null }],
    [undefined, { output: null }],
    [
      { a: NaN, b: Infinity, c: [-Infinity] },
      { a: "NaN", b: "Infinity", c: ["-Infinity"] },
    ],
    [{ a: undefined, b: null }, { b: null }],
    [{ when: new Date(0) }, { when: "1970-01-01T00:00:00.000Z" }],
    [{ list: [undefined] }, { list: [null] }],
  ])("from %j are %j", (value, output) => {
    expect(lineOutput(value)).toEqual({ output });
  });

  test("that JSON cannot represent fail the line by name", () => {
    const error = (message: string) => ({
      error: { type: "WrongResult", message, isUserError: true },
    });
    expect(lineOutput({ ok: 1, count: 2n })).toEqual(
      error(
        'The output "count" cannot be written as JSON: it is bigint. Return text, numbers, lists or objects.',
      ),
    );
    expect(lineOutput({ deep: { list: [() => 1] } })).toMatchObject(
      error(
        'The output "deep.list[0]" cannot be written as JSON: it is function. Return text, numbers, lists or objects.',
      ),
    );
    expect(lineOutput({ m: new Map() })).toMatchObject(
      error(
        'The output "m" cannot be written as JSON: it is a Map. Return text, numbers, lists or objects.',
      ),
    );
    const circle: Record<string, unknown> = {};
    circle["self"] = circle;
    expect(lineOutput(circle)).toMatchObject({
      error: { message: expect.stringContaining("an object that contains itself") },
    });
  });
});

describe("a line of output.jsonl", () => {
  test("begins with its number, before any other key", () => {
    expect(outputLine(3, { b: 1, a: 2 })).toBe('{"line_number":3,"b":1,"a":2}');
    expect(outputLine(3, { 1: "x" })).toBe('{"line_number":3,"1":"x"}');
    expect(outputLine(3, {})).toBe('{"line_number":3}');
  });

  test("keeps its number if the flow has an output of that name", () => {
    expect(outputLine(3, { line_number: 99, a: 1 })).toBe('{"line_number":3,"a":1}');
  });
});
