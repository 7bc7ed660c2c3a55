import fc from "fast-check";
import { expect, test } from "vitest";

import { jsonLine, layOutObject, parseJsonText } from "../../../src/domain/json/json-text.js";

test("the members of an object are found where they stand", () => {
  const text = ' {"a": [1, {"b": "}"}], "c\\"d" : "x\\\\", "e":1.0 } ';
  const { members, close } = layOutObject(text);
  expect(text[close]).toBe("}");
  expect(close).toBe(text.length - 2);
  expect(
    members.map(({ key, keyStart, keyEnd, valueStart, valueEnd }) => [
      key,
      text.slice(keyStart, keyEnd),
      text.slice(valueStart, valueEnd).trim(),
    ]),
  ).toEqual([
    ["a", '"a"', '[1, {"b": "}"}]'],
    ['c"d', '"c\\"d"', '"x\\\\"'],
    ["e", '"e"', "1.0"],
  ]);
});

test("a value is one line for readers that end lines as Python's splitlines does", () => {
  const value = { "a\u0085": ["b\u2028", "c\u2029d"] };
  const line = jsonLine(value);
  expect(line).toBe(String.raw`{"a\u0085":["b\u2028","c\u2029d"]}`);
  expect(JSON.parse(line)).toEqual(value);
});

test("an object without members has none", () => {
  expect(layOutObject("{ }")).toEqual({ members: [], close: 2 });
});

test("the members of any object have its keys and values, in its order", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
      const text = JSON.stringify(object, null, 1);
      const found = layOutObject(text).members.map(({ key, valueStart, valueEnd }) => [
        key,
        JSON.parse(text.slice(valueStart, valueEnd)) as unknown,
      ]);
      expect(found).toEqual(Object.entries(JSON.parse(text) as object));
    }),
  );
});

test.each([
  ['{"a": NaN, "b": [Infinity, -Infinity]}', { a: null, b: [null, null] }],
  ['{"a": "NaN", "b": "say \\"Infinity\\"", "c": NaN}', { a: "NaN", b: 'say "Infinity"', c: null }],
  ['{"a":NaN}', { a: null }],
])("Python's numbers are null outside of strings: %s", (text, value) => {
  expect(parseJsonText(text)).toEqual(value);
});

test.each([
  '{"a": NaNs}',
  '{"a": -NaN}',
  '{"a": nan}',
  "{NaN: 1}",
  '{"a": +Infinity}',
  '{"a": "NaN',
])("what Python would not write either is refused: %s", (text) => {
  expect(() => parseJsonText(text)).toThrow(SyntaxError);
});
