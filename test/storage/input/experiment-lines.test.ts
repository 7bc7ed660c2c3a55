import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { LineForm } from "../../../src/domain/record/input-form.js";
import {
  asJsonLines,
  experimentLines,
  needsForming,
} from "../../../src/storage/input/experiment-lines.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

function file(name: string, text: string): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, text);
  return path;
}

async function jsonlOf(path: string, form: LineForm = {}): Promise<string> {
  let text = "";
  for await (const part of asJsonLines(path, form)) text += part;
  return text;
}

const records = '{"api": "test", "prompt": "a"}\n{"api": "test", "prompt": "b"}\n';

describe("the formats of an input", () => {
  test.each([
    ["pilot.jsonl", records],
    ["pilot.JSONL", records],
    ["pilot.ndjson", records],
    ["pilot.json", records],
    [
      "pilot.json",
      '\ufeff [\n  {"api": "test",\r\n    "prompt": "a"},\n{"api": "test", "prompt": "b"}]\n',
    ],
    ["pilot.csv", "api,prompt\ntest,a\ntest,b\n"],
    ["pilot.CSV", "api;prompt\ntest;a\ntest;b\n"],
    ["pilot.tsv", "api\tprompt\ntest\ta\ntest\tb\n"],
  ])("%s: %j", async (name, text) => {
    const lines = (await jsonlOf(file(name, text))).trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { api: "test", prompt: "a" },
      { api: "test", prompt: "b" },
    ]);
  });

  test("a text has a prompt in each line that is not blank", async () => {
    const path = file("pilot.txt", 'What?\r\n\n  Why "so"?  \n');
    expect(await jsonlOf(path, { models: [{ api: "test" }] })).toBe(
      '{"api": "test", "prompt": "What?"}\n{"api": "test", "prompt": "  Why \\"so\\"?"}\n',
    );
  });
});

test("only JSON lines that are records are used byte for byte", async () => {
  expect(await needsForming(file("a.jsonl", records))).toBe(false);
  // A chunk of the reading ends within the second key.
  const long = `{"api": "test", "prompt": "${"x".repeat((1 << 20) - 30)}"}\n`;
  const aliased = '{"api": "test", "messages": ["a"]}\n';
  expect(await needsForming(file("b.jsonl", long + aliased))).toBe(true);
  expect(await needsForming(file("c.jsonl", `{"api": "test", "prompt": "\\"model\\""}\n`))).toBe(
    false,
  );
  expect(await needsForming(file("d.jsonl", records), { parameters: { n: 1 } })).toBe(true);
  expect(await needsForming(file("e.csv", "api,prompt\ntest,a\n"))).toBe(true);
});

test("the places are those of the equivalent JSON lines", async () => {
  const path = file("pilot.csv", "question\nWas?\nüber\n");
  const form: LineForm = { promptColumn: "question", models: [{ api: "a" }, { api: "b" }] };
  const text = Buffer.from(await jsonlOf(path, form));
  const lines = [];
  for await (const line of experimentLines(path, { form })) lines.push(line);
  expect(lines.map(({ line }) => line)).toEqual([2, 2, 3, 3]);
  for (const { offset, length, text: expected } of lines) {
    expect(text.toString("utf8", offset, offset + length)).toBe(expected);
  }
  expect(lines[2]?.text).toBe('{"id": 2, "api": "a", "question": "über", "prompt": "über"}');
});

test("a column of messages or of another prompt is read as the prompt is", async () => {
  const cell = '"[{""role"": ""user"", ""content"": ""Hi""}]"';
  const expected = [{ role: "user", content: "Hi" }];
  const messages = file("a.csv", `model,messages\nopenai/4,${cell}\n`);
  expect(JSON.parse(await jsonlOf(messages))).toEqual({
    api: "openai",
    model_name: "4",
    prompt: expected,
  });
  const chat = file("b.csv", `api,chat\ntest,${cell}\n`);
  expect(JSON.parse(await jsonlOf(chat, { promptColumn: "chat" }))).toMatchObject({
    prompt: expected,
  });
});
