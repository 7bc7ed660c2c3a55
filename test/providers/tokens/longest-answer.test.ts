import { expect, it } from "vitest";
import type { JsonObject } from "../../../src/domain/json/json.js";
import { loadProvider } from "../../../src/providers/registry/registry.js";
import { longestAnswerOf } from "../../../src/providers/tokens/longest-answer.js";

const cases: readonly (readonly [string, JsonObject, number | undefined])[] = [
  ["openai", { max_completion_tokens: 50 }, 50],
  ["openai", { max_output_tokens: 50 }, 50],
  ["anthropic", { max_tokens: 50 }, 50],
  ["gemini", { maxOutputTokens: 50 }, 50],
  ["vertexai", { max_output_tokens: 50 }, 50],
  ["ollama", { num_predict: 50 }, 50],
  ["ollama", { num_predict: -1 }, undefined],
  ["ollama", { max_tokens: 50 }, undefined],
  ["quart", { max_new_tokens: 50 }, 50],
  ["test", { max_tokens: 50 }, 50],
  ["openai", { max_tokens: "50" }, undefined],
];

it.each(cases)("knows of %s with %j the longest answer", async (api, parameters, most) => {
  expect(longestAnswerOf(await loadProvider(api), { parameters })).toBe(most);
});
