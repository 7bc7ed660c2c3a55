import { existsSync } from "node:fs";
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

test("check says that a file is valid, and what the environment lacks, and starts nothing", async () => {
  const file = cli.write("good.jsonl", [good, { ...good, api: "ollama", model_name: "llama3" }]);
  const { code, stdout } = await cli.ostinato("check", file);
  expect(stdout.trimEnd().split("\n")).toEqual([
    `${join(cli.setUp.folder, file)} is valid: 2 records`,
    "  ollama/llama3 needs OLLAMA_API_ENDPOINT_llama3 or OLLAMA_API_ENDPOINT: not set in the environment or the environment file",
  ]);
  expect(code).toBe(0);
  expect(existsSync(cli.setUp.home)).toBe(false);
});

test("check lists every invalid line, in text and as JSON, and exits with 2", async () => {
  const file = cli.write("bad.jsonl", [good, { api: "tset", prompt: "x" }, { api: "test" }]);
  const text = await cli.ostinato("check", file);
  expect(text.stdout).toContain("is not valid: 1 record, 2 invalid lines");
  expect(text.stdout).toMatch(/^ {2}line 2: .*Did you mean "test"\?\n {2}line 3: .*`prompt`/m);
  const json = await cli.ostinato("check", file, "--json");
  expect(JSON.parse(json.stdout)).toMatchObject({
    valid: false,
    problems: [{ line: 2 }, { line: 3 }],
  });
  expect([text.code, json.code]).toEqual([2, 2]);
});

test("check takes the flags of run, and refuses what run refuses", async () => {
  const file = cli.write("good.jsonl", [good]);
  cli.write("rates.json", [{ openai: -5 }]);
  const scorer = await cli.ostinato("check", file, "--max-queries", "600", "--scorers", "mach");
  expect(scorer).toMatchObject({ code: 2, stdout: "" });
  expect(scorer.stderr).toContain("Did you mean `match`?");
  const rates = ["--parallel", "--max-queries-json", "rates.json"];
  const table = await cli.ostinato("check", file, ...rates);
  expect(table).toMatchObject({ code: 2, stdout: "" });
  expect(table.stderr).toContain("openai");
  expect(existsSync(cli.setUp.dataFolder)).toBe(false);
});
