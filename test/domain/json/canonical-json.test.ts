import { expect, test } from "vitest";
import { canonicalJson } from "../../../src/domain/json/canonical-json.js";

test("equal values have equal texts, whatever the order of their keys", () => {
  expect(canonicalJson({ b: [1, { d: null, c: "x" }], a: true })).toBe(
    '{"a":true,"b":[1,{"c":"x","d":null}]}',
  );
  expect(canonicalJson({ a: true, b: [1, { c: "x", d: null }] })).toBe(
    '{"a":true,"b":[1,{"c":"x","d":null}]}',
  );
});

test("lists keep their order", () => {
  expect(canonicalJson([2, 1])).toBe("[2,1]");
});
