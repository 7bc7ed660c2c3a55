import { expect, test } from "vitest";
import { parseIfJson, parseJson } from "../../../src/domain/json/parse-json.js";

test("JSON is parsed, and null is a value", () => {
  expect(parseJson('{"a":[1,null]}')).toEqual({ a: [1, null] });
  expect(parseIfJson("null")).toBeNull();
});

test("a text that is not JSON throws, or has no value", () => {
  expect(() => parseJson("{a}")).toThrow(SyntaxError);
  expect(parseIfJson("{a}")).toBeUndefined();
});
