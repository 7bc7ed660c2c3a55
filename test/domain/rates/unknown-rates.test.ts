import { expect, test } from "vitest";
import { unknownRates } from "../../../src/domain/rates/unknown-rates.js";

const modelsByBase = new Map([
  ["openai", new Set(["gpt-4o", "o3"])],
  ["near", new Set(["llama3"])],
]);
const rates = {};

function unknown(...table: Parameters<typeof unknownRates>[0]): ReturnType<typeof unknownRates> {
  return unknownRates(table, { modelsByBase, apis: ["openai", "anthropic"] });
}

test("names of the input, `default`, and APIs that it doesn't use are known", () => {
  const models = [
    { model: "gpt-4o", rates },
    { model: "default", rates },
  ];
  expect(unknown({ name: "openai", models }, { name: "near", rates })).toEqual([]);
  expect(unknown({ name: "anthropic", rates })).toEqual([]);
});

test("a mistyped name has the one that was most likely meant", () => {
  expect(unknown({ name: "openaii", rates })).toEqual([{ name: "openaii", nearest: "openai" }]);
  expect(unknown({ name: "openai", models: [{ model: "gpt-40", rates }] })).toEqual([
    { name: "openai", model: "gpt-40", nearest: "gpt-4o" },
  ]);
});

test("a name that has a rate of its own is not what was meant by another", () => {
  expect(unknown({ name: "near", rates }, { name: "near2", rates })).toEqual([{ name: "near2" }]);
});
