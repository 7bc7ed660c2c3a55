import { expect, it } from "vitest";
import { numberedName, safeName } from "../../../../src/domain/graph/check/names.js";

it.each([
  ["gpt-4.1", "gpt-4-1"],
  ["mistralai/Mixtral 8x7B", "mistralai-Mixtral-8x7B"],
  ["…", "step"],
])("makes a name of %s", (text, name) => {
  expect(safeName(text)).toBe(name);
});

it("numbers unnamed steps by kind", () => {
  expect(numberedName("text-generation", new Set())).toBe("text_generation_0");
  expect(numberedName("text-generation", new Set(["text_generation_0"]))).toBe("text_generation_1");
});
