import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { completeRunSettings } from "../../../src/settings/resolve-settings.js";
import { readPrices } from "../../../src/settings/prices/read-prices.js";

const table = {
  openai: {
    "gpt-4o": {
      input: 2.5,
      cachedInput: 1.25,
      output: 10,
      tiers: [{ above: 200_000, input: 5 }],
      batch: { input: 1.25, output: 5 },
    },
  },
  ollama: { "*": { input: 0, output: 0 } },
};

it("reads prices from settings and from a file beside them", async () => {
  const folder = await mkdtemp(join(tmpdir(), "ostinato-prices-"));
  await writeFile(join(folder, "prices.json"), `\uFEFF${JSON.stringify(table)}`);
  expect(readPrices(table, folder)).toEqual(table);
  expect(readPrices("prices.json", folder)).toEqual(table);
});

it.each<[unknown, RegExp]>([
  [[], /Expected `prices` to hold prices by API and model/],
  [{ openai: 3 }, /Expected an object of models in `prices`: openai, got 3\./],
  [
    { openai: { a: { input: 1, ouput: 2 } } },
    /Unknown `ouput` in `prices`: openai\/a\. Did you mean `output`\?/,
  ],
  [{ openai: { a: { input: 1 } } }, /in `prices`: openai\/a: output, got nothing\./],
  [{ openai: { a: { input: -1, output: 2 } } }, /a number that is not negative in .*input, got -1/],
  [
    { openai: { a: { input: 1, output: 2, tiers: [{ input: 2 }] } } },
    /in `prices`: openai\/a: tiers\[0\]: above, got nothing\./,
  ],
  [
    { openai: { a: { input: 1, output: 2, batch: { input: 1 } } } },
    /in `prices`: openai\/a: batch: output, got nothing\./,
  ],
])("refuses %j", (given, message) => {
  expect(() => readPrices(given, "/")).toThrow(message);
});

it("refuses a file that is not there, and names it", () => {
  expect(() => readPrices("none.json", "/nowhere")).toThrow(/in \/nowhere\/none\.json: ENOENT/);
});

it("checks prices from code too", () => {
  // Code in JavaScript has no types.
  const prices = { openai: { a: { input: "1" } } } as never;
  expect(() => completeRunSettings({ file: "a.jsonl", prices })).toThrow(
    /openai\/a: input, got "1"/,
  );
});
