import { expect, it } from "vitest";
import { createMistralProvider } from "../../../src/providers/mistral/create-provider.js";

const record = { api: "mistral", model_name: "mistral-small-latest", prompt: "What is a canon?" };
const { check } = createMistralProvider();

it.each([
  ["seed", "random_seed"],
  ["max_completion_tokens", "max_tokens"],
])("refuses the parameter %s, which the API rejects, and names %s", (name, own) => {
  expect(check({ ...record, parameters: { [name]: 7 } })).toEqual([
    `\`parameters.${name}\` is not a parameter of mistral. Use \`${own}\`.`,
  ]);
  expect(check({ ...record, parameters: { [own]: 7 } })).toEqual([]);
});

it.each(["completion", "responses"])("refuses the mode %s, which the API does not have", (mode) => {
  expect(check({ ...record, mode })).toEqual([`Invalid mode value. Must be 'chat', not ${mode}`]);
});
