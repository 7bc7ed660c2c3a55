import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { repository } from "../../../bench/lib/repository.js";
import { sharedCli } from "../../helpers/cli-set-up.js";

const cli = sharedCli({ withWorker: true });

function linesIn(path: string): Record<string, unknown>[] {
  return readFileSync(path.trim(), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

const fast = ["--max-queries", "6000", "--parameters", "latency_ms=1"];

describe("a table of questions", () => {
  test("is sent to each model of --model, and kept beside its records", async () => {
    const file = cli.write("questions.csv", "question;topic\nWhat is 2+2?;maths\nWhy, then?;\n");
    const given = ["--model", "test/parrot,test/owl", "--prompt-column", "question", ...fast];
    expect(
      (await cli.ostinato("check", file, "--model", "test", "--prompt-column", "topic")).stdout,
    ).toContain("row 3: Expected a prompt in `topic`, got none. The line has `question`.");
    const { code, stdout } = await cli.ostinato("run", file, ...given);
    expect(code).toBe(0);
    expect(linesIn(stdout).map(({ id, model_name, prompt }) => [id, model_name, prompt])).toEqual([
      [1, "parrot", "What is 2+2?"],
      [1, "owl", "What is 2+2?"],
      [2, "parrot", "Why, then?"],
      [2, "owl", "Why, then?"],
    ]);
    const kept = readdirSync(join(cli.setUp.dataFolder, "output", "questions"));
    expect(kept.filter((name) => name.includes("-input-")).map((name) => name.slice(19))).toEqual([
      "-input-questions.csv",
      "-input-questions.jsonl",
    ]);
  });

  test("gets its prompts from a template", async () => {
    cli.write("ask.jinja", "{{ question }} ({{ topic or 'any' }})\n");
    const file = cli.write("templated.CSV", "question,topic\nWhat?,maths\nWhy?,\n");
    const given = ["--model", "test/parrot", "--template", "ask.jinja", ...fast];
    const { code, stdout } = await cli.ostinato("run", file, ...given);
    expect(code).toBe(0);
    expect(linesIn(stdout).map(({ prompt }) => prompt)).toEqual(["What? (maths)", "Why? (any)"]);
  });
});

test("stdin has a prompt in each line", async () => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(repository, "dist/cli/main.js"), "run", "-", "--model", "test/parrot", ...fast],
    { cwd: cli.setUp.folder, env: cli.setUp.env, input: "One\n\nTwo\n", encoding: "utf8" },
  );
  expect({ status, stderr }).toMatchObject({ status: 0 });
  expect(linesIn(stdout).map(({ prompt }) => prompt)).toEqual(["One", "Two"]);
  expect(stdout).toContain("-completed-stdin.jsonl");
});

test("messages about stdin name no file", () => {
  const checked = (...input: readonly string[]): readonly (string | number | null)[] => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(repository, "dist/cli/main.js"), ...input.slice(1), "--model", "test/parrot"],
      { cwd: cli.setUp.folder, env: cli.setUp.env, input: input[0], encoding: "utf8" },
    );
    return [status, (stdout + stderr).split("\n")[0] ?? ""];
  };
  expect(checked("One\n", "check", "-")).toEqual([0, "stdin is valid: 1 record"]);
  const refused = checked('{"prompt": 5}\n', "plan", "-");
  expect(refused).toEqual([2, "error: Found an invalid line in stdin:"]);
});
