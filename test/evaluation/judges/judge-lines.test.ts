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

function judgeFolder(settings: Readonly<Record<string, object>>): string {
  const folder = temporaryFolder();
  const judge = { api: "test", model_name: "m", parameters: {} };
  const all = Object.entries(settings).map(([name, keys]) => [name, { ...judge, ...keys }]);
  writeFileSync(join(folder, "settings.json"), JSON.stringify(Object.fromEntries(all)));
  writeFileSync(join(folder, "t.txt"), "{OUTPUT_RESPONSE} or {EXPECTED_RESPONSE}?");
  return folder;
}

test("a judge reads the expected answer from the key that it names", async () => {
  const folder = judgeFolder({ plain: {}, own: { expected: "truth" } });
  const answered = async function* (): AsyncGenerator<string> {
    yield '{"id": 1, "response": "a", "expected_response": "b", "truth": "c", "gold": 44}';
  };
  const promptsOf = async (...names: string[]): Promise<unknown[]> => {
    const read = await readJudgeFolder({ folder, judges: names, templates: ["t.txt"] });
    const prompts: unknown[] = [];
    for await (const line of judgeLines(read, answered)) {
      const { prompt } = JSON.parse(line) as { readonly prompt: string };
      prompts.push(prompt);
    }
    return prompts;
  };
  expect(await promptsOf("plain", "own")).toEqual(["a or b?", "a or c?"]);
  // A number in a template is its text.
  expect(await promptsOf("plain:expected=gold", "own:expected=gold")).toEqual([
    "a or 44?",
    "a or 44?",
  ]);
});

test.each([
  { judges: ["plain:expected="], message: "Expected `plain:expected=KEY` with a key" },
  { judges: ["plain:wanted=a"], message: "Expected `plain:expected=KEY` with a key" },
  { judges: ["plian:expected=a"], message: "Expected the judge" },
  { judges: ["plain", "plain:expected=a"], message: "with two keys, `expected_response` and `a`" },
])("a wrong choice of a judge's key is refused: $judges", async ({ judges, message }) => {
  const choice = { folder: judgeFolder({ plain: {} }), judges, templates: ["t.txt"] };
  await expect(readJudgeFolder(choice)).rejects.toThrow(message);
});

test("a judge's key that is no text is refused", async () => {
  const choice = {
    folder: judgeFolder({ plain: { expected: 3 } }),
    judges: ["plain"],
    templates: ["t.txt"],
  };
  await expect(readJudgeFolder(choice)).rejects.toThrow("Expected `expected` to be the name");
});
