import { expect, it } from "vitest";
import { askedCall } from "../../../src/flow/line/asked-call.js";

const reading = { connections: {}, apis: ["test"] };

function prompty(parameters: string): { file: string; text: string } {
  const head = `model:\n  configuration: { connection: test, model: m }\n  parameters: ${parameters}\n`;
  const template = "# system:\nHello world\n# user:\n{{ word }}\n";
  return {
    file: "/flow/say.prompty",
    text: `---\n${head}inputs: { word: { type: string } }\n---\n${template}`,
  };
}

const inputs = { word: "Hello" };

it("counts the tokens of a prompty as promptflow does: three a message, three for the answer", async () => {
  // "system", "user", "Hello" and " world" are one token each: (3 + 1 + 2) + (3 + 1 + 1) + 3.
  const plain = { prompty: prompty("{}"), inputs, countTokens: true };
  expect(await askedCall(plain, reading)).toEqual({ kind: "value", value: 14 });
  const limited = { prompty: prompty("{ max_tokens: 100 }"), inputs, countTokens: true };
  expect(await askedCall(limited, reading)).toEqual({ kind: "value", value: 114 });
});

it.each(["1", "2.5", "many"])("refuses to count with max_tokens: %s", async (most) => {
  const call = { prompty: prompty(`{ max_tokens: ${most} }`), inputs, countTokens: true };
  await expect(askedCall(call, reading)).rejects.toThrow(
    "Expected `max_tokens` to be a whole number",
  );
});
