import { expect, it } from "vitest";
import { recordOf } from "../../../src/flow/line/model-call.js";

const known = { connections: { mine: "openai" }, apis: ["openai", "test"] };
const ask = { prompt: "x", parameters: {}, json: false };

it.each([
  ["openai/gpt-4o", { api: "openai", model_name: "gpt-4o" }],
  ["mine/gpt-4o", { api: "openai", model_name: "gpt-4o" }],
  ["test/org/small", { api: "test", model_name: "org/small" }],
])("asks %s", (llm, expected) => {
  expect(recordOf({ ...ask, llm }, known)).toMatchObject(expected);
});

it.each([
  ["opanai/gpt-4o", '"opanai/gpt-4o": there is no API "opanai". Did you mean "openai"?'],
  ["gpt-4o", 'Expected a model as API/MODEL, such as "openai/gpt-4o", got "gpt-4o".'],
])("refuses %s for its line alone", (llm, message) => {
  expect(() => recordOf({ ...ask, llm }, known)).toThrow(
    expect.objectContaining({ name: "RowError", type: "UnknownModel", message }),
  );
});

it.each([
  [null, "null"],
  [5, "5"],
  [{ role: "user" }, '{"role":"user"}'],
])("refuses the prompt %j", (prompt, found) => {
  expect(() => recordOf({ ...ask, llm: "test/m", prompt }, known)).toThrow(
    expect.objectContaining({
      type: "InvalidPrompt",
      message: `Expected a prompt as text or a list of messages, got ${found}.`,
    }),
  );
});
