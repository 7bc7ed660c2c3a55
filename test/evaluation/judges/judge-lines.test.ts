import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readJudgeFolder } from "../../../src/evaluation/judges/judge-folder.js";
import { judgeLines } from "../../../src/evaluation/judges/judge-lines.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { expected, fixture, linesOf, shapesOf } from "../models/prompto-files.js";

test.each([
  {
    what: "its own example",
    choice: {
      folder: fixture("judge"),
      judges: ["gemini-1.0-pro", "gpt-4o"],
      templates: ["template.txt", "template2.txt"],
    },
    answers: "completed_example.jsonl",
    made: "expected-judge.jsonl",
    lines: 12,
  },
  {
    what: "odd ids, prompts and answers",
    choice: { folder: fixture("ours/judge"), judges: ["first", "second"], templates: ["json.txt"] },
    answers: "ours/completed.jsonl",
    made: "ours/judge.jsonl",
    lines: 18,
  },
  {
    what: "a placeholder with an index",
    choice: { folder: fixture("ours/judge"), judges: ["first"], templates: ["first.v2.txt"] },
    answers: "ours/firsts.jsonl",
    made: "ours/judge-first.jsonl",
    lines: 1,
  },
])("the records of a judge run are prompto's: $what", async ({ choice, answers, made, lines }) => {
  const folder = await readJudgeFolder(choice);
  const shapes = await shapesOf(judgeLines(folder, linesOf(answers)));
  expect(shapes).toHaveLength(lines);
  expect(shapes).toEqual(expected(made));
});

test("numbers keep their own text", async () => {
  const folder = await readJudgeFolder({
    folder: fixture("ours/judge"),
    judges: ["first"],
    templates: ["json.txt"],
  });
  const texts: string[] = [];
  for await (const line of judgeLines(folder, linesOf("ours/completed.jsonl"))) texts.push(line);
  expect(texts[1]).toContain('"parameters": {"temperature": 1.0}');
  expect(texts[1]).toContain('"input-parameters": {"temperature": 0.10, "n": 2}');
  expect(texts[3]).toContain('"input-big": 12345678901234567890');
});

test("settings over several lines make records of one line", async () => {
  const path = temporaryFolder();
  const parameters = { response: "a\nb", stop: ["x", "y"] };
  const settings = { strict: { api: "test", model_name: "m", parameters } };
  writeFileSync(
    join(path, "settings.json"),
    JSON.stringify(settings, null, 4).replaceAll("\n", "\r\n"),
  );
  writeFileSync(join(path, "t.txt"), "Rate: {OUTPUT_RESPONSE}");
  const choice = { folder: path, judges: ["strict"], templates: ["t.txt"] };
  const lines = judgeLines(await readJudgeFolder(choice), linesOf("ours/firsts.jsonl"));
  for await (const line of lines) {
    expect(line).not.toMatch(/[\r\n]/);
    expect(JSON.parse(line)).toMatchObject({ id: expect.anything() as unknown, parameters });
  }
  expect.assertions(2);
});
