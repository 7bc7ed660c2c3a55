import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { removeSetUp } from "../../../../bench/lib/set-up.js";
import { expected, fixture, shapeOf } from "../../../evaluation/models/prompto-files.js";
import type { CliSetUp } from "../../../helpers/cli-set-up.js";
import { cliSetUp } from "../../../helpers/cli-set-up.js";

let cli: CliSetUp;

beforeAll(async () => {
  cli = await cliSetUp();
});

afterAll(async () => {
  await removeSetUp(cli.setUp);
});

const judging = ["-jf", fixture("judge"), "-j", "gemini-1.0-pro,gpt-4o"];

test("`judge create` writes the file that prompto_create_judge_file writes of its example", async () => {
  mkdirSync(join(cli.setUp.folder, "made"));
  const answers = readFileSync(fixture("completed_example.jsonl"), "utf8");
  const input = cli.write("21-11-2026-10-43-19-completed-example.jsonl", answers);
  const templates = ["-jt", "template.txt,template2.txt"];
  const made = await cli.ostinato(
    ...["judge", "create", "-i", input, ...judging, ...templates, "-o", "made"],
  );
  expect(made).toMatchObject({ code: 0, stderr: "" });
  expect(readdirSync(join(cli.setUp.folder, "made"))).toEqual([
    "judge-21-11-2026-10-43-19-example.jsonl",
  ]);
  const lines = readFileSync(made.stdout.trim(), "utf8").trimEnd().split("\n");
  expect(lines.map(shapeOf)).toEqual(expected("expected-judge.jsonl"));
});

test.each([
  ["a file that isn't there", ["-i", "nothing.jsonl", ...judging], /found nothing there/],
  ["an unknown judge", ["-i", "in.jsonl", "-jf", fixture("judge"), "-j", "gpt-4"], /"gpt-4o"\?/],
  ["no judges", ["-i", "in.jsonl"], /Give --judge-folder and --judge/],
  ["no file", judging, /Use --input-file FILE/],
])("%s is refused", async (_, given, message) => {
  cli.write("in.jsonl", [{ id: 1, prompt: "p", response: "a" }]);
  const refused = await cli.ostinato("judge", "create", ...given);
  expect(refused).toMatchObject({ code: 2, stdout: "" });
  expect(refused.stderr).toMatch(message);
});
