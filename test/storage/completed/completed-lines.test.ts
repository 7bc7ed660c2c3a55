import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { answeredLines, completedTexts } from "../../../src/storage/completed/completed-lines.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

const answered = '{"id": 1, "response": "yes", "status": "completed"}';
const failed = '{"id": 2, "response": null, "status": "failed"}';

function fileOf(...lines: readonly string[]): string {
  const path = join(temporaryFolder(), "completed.jsonl");
  writeFileSync(path, lines.join("\n"));
  return path;
}

async function textsOf(lines: AsyncIterable<string>): Promise<string[]> {
  const texts: string[] = [];
  for await (const text of lines) texts.push(text);
  return texts;
}

test("a last line that was cut off is left out for judges, scorers and comparisons", async () => {
  const path = fileOf(answered, failed, '{"id": 3, "resp');
  expect(await textsOf(completedTexts(path))).toEqual([answered, failed]);
  expect(await textsOf(answeredLines(path))).toEqual([answered]);
});

test("a line that is cut off in the middle of a file is refused by its number", async () => {
  const path = fileOf(answered, '{"id": 2, "resp', failed);
  await expect(textsOf(completedTexts(path))).rejects.toThrow("something else in line 2");
});

test("an input is no completed file", async () => {
  const path = fileOf('{"id": 1, "prompt": "Hi"}');
  await expect(textsOf(completedTexts(path))).rejects.toThrow("something else in line 1");
});
