import { expect, test } from "vitest";
import { readRephraseFolder } from "../../../src/evaluation/rephrase/rephrase-folder.js";
import {
  postRephraseLines,
  rephraseLines,
} from "../../../src/evaluation/rephrase/rephrase-lines.js";
import { expected, fixture, linesOf, shapesOf } from "../models/prompto-files.js";

const cases = [
  { at: "", models: ["ollama-llama3-2"], originals: "example_file.jsonl", lines: 8 },
  { at: "ours/", models: ["other", "big"], originals: "ours/originals.jsonl", lines: 12 },
];

test.each(cases)(
  "the records of a rephrase run are prompto's: $originals",
  async ({ at, models, originals, lines }) => {
    const folder = await readRephraseFolder({
      folder: fixture(`${at}rephrase`),
      models,
      templates: "template.txt",
    });
    const shapes = await shapesOf(rephraseLines(folder, linesOf(originals)));
    expect(shapes).toHaveLength(lines);
    expect(shapes).toEqual(expected(`${at}rephrase.jsonl`));
  },
);

test.each(cases)(
  "the records after a rephrase are prompto's: $originals",
  async ({ at, models, originals }) => {
    const rephrases = linesOf(`${at}rephrase-completed.jsonl`);
    const all = postRephraseLines({ rephrases, originals: linesOf(originals) });
    expect(await shapesOf(all)).toEqual(expected(`${at}post-rephrase.jsonl`));
    const { parser } = await readRephraseFolder({
      folder: fixture(`${at}rephrase`),
      models,
      templates: "template.txt",
      parser: "split_numbered_list",
    });
    const parsed = postRephraseLines({ rephrases, parser: parser! });
    // prompto makes an empty prompt from `1. (only)`, which is omitted here.
    const filled = expected(`${at}post-rephrase-parsed.jsonl`).filter(
      (shape) => !shape.some(([key, value]) => key === "prompt" && value === ""),
    );
    expect(await shapesOf(parsed)).toEqual(filled);
  },
);

async function* answers(response: string): AsyncGenerator<string> {
  yield `{"id": "r", "input-prompt": "p", "input-api": "test", "response": ${response}}`;
}

test.each([
  ["null", []],
  ['""', []],
  ['["a", "b"]', [["a", "b"]]],
])("an answer %s becomes the prompts %j", async (response, prompts) => {
  const shapes = await shapesOf(postRephraseLines({ rephrases: () => answers(response) }));
  expect(shapes.map((shape) => new Map(shape).get("prompt"))).toEqual(prompts);
});
