import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { removeSetUp } from "../../../bench/lib/set-up.js";
import type { CliSetUp } from "../../helpers/cli-set-up.js";
import { cliSetUp } from "../../helpers/cli-set-up.js";

let cli: CliSetUp;

beforeEach(async () => {
  cli = await cliSetUp();
});

afterEach(async () => {
  await removeSetUp(cli.setUp);
});

const good = { id: 1, api: "test", model_name: "parrot", prompt: "Hello" };

/** Exit 2 with one message, nothing moved, nothing sent, no server started. */
async function refuses(given: readonly string[], words: readonly string[]): Promise<void> {
  const before = allFiles();
  const { code, stdout, stderr } = await cli.ostinato("run", ...given);
  for (const word of words) expect(stderr).toContain(word);
  expect(stderr).toMatch(/^error: /);
  expect(stderr).not.toContain("    at ");
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(allFiles()).toEqual(before);
  expect(existsSync(cli.setUp.home)).toBe(false);
}

/** Every file in the folder, with its text. */
function allFiles(): Record<string, string> {
  const entries = readdirSync(cli.setUp.folder, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path, readFileSync(path, "utf8")]),
  );
}

test("a file that is missing is refused by its path", async () => {
  await refuses(["gone.jsonl"], [join(cli.setUp.folder, "gone.jsonl")]);
});

test("an empty file is refused", async () => {
  await refuses([cli.write("empty.jsonl", "")], ["empty"]);
  await refuses([cli.write("blank.jsonl", "\n\n")], ["blank.jsonl"]);
});

test.each([
  ["isn't JSON", "{not json}", ["line 2"]],
  ["has no api", '{"prompt": "Hello"}', ["line 2", "`api`"]],
  ["has no prompt", '{"api": "test"}', ["line 2", "`prompt`"]],
  ["has an unknown API", '{"api": "opnai", "prompt": "x"}', ["line 2", '"opnai"', "openai"]],
])("a line that %s is refused by its number", async (_, line, words) => {
  const file = cli.write("bad.jsonl", `${JSON.stringify(good)}\n${line}\n`);
  await refuses([file], [...words, "--skip-invalid"]);
});

test("a file of another kind is refused", async () => {
  await refuses([cli.write("notes.docx", "Hello")], [".jsonl"]);
  mkdirSync(join(cli.setUp.folder, "folder.jsonl"));
  await refuses(["folder.jsonl"], ["folder"]);
});

test("a rate of 0 is refused with its source", async () => {
  const file = cli.write("good.jsonl", [good]);
  await refuses([file, "-mq", "0"], ['"0" from --max-queries']);
  cli.write("ostinato.json", '{"maxQueries": 0}');
  await refuses([file], ["0 from `maxQueries` in ostinato.json"]);
});

test("an unknown setting in ostinato.json is refused with the nearest name", async () => {
  cli.write("ostinato.json", '{"maxQuerys": 5}');
  await refuses([cli.write("good.jsonl", [good])], ["Did you mean `maxQueries`?"]);
});

test("a data folder that can't be written is refused by its path", async () => {
  const file = cli.write("good.jsonl", [good]);
  cli.write("occupied", "a file where the data folder should be");
  await refuses([file, "-d", "occupied"], [join(cli.setUp.folder, "occupied")]);
});
