import { expect, test } from "vitest";
import { readParameters } from "../../src/settings/read-parameters.js";

test.each([
  ["max_tokens=500,temperature=0", { max_tokens: 500, temperature: 0 }],
  ["stop=END, logprobs=true", { stop: "END", logprobs: true }],
  [
    'stop=["a,b","c"],format={"type":"json_object","n":[1,2]}',
    { stop: ["a,b", "c"], format: { type: "json_object", n: [1, 2] } },
  ],
  ["system=x=y", { system: "x=y" }],
  ['{"seed": 7}', { seed: 7 }],
  ["", {}],
])("%s", (text, expected) => {
  expect(readParameters(text)).toEqual(expected);
});

test("uses of a flag add up, and an object is taken as it is", () => {
  expect(readParameters(["a=1,b=2", "b=3"])).toEqual({ a: 1, b: 3 });
  expect(readParameters({ a: 1 })).toEqual({ a: 1 });
});

test.each(["max_tokens", "=5", "{broken"])("%s is refused", (text) => {
  expect(() => readParameters(text)).toThrow(/parameters as/);
});
