import { describe, expect, test } from "vitest";
import { UserError } from "../../../src/domain/failure/user-error.js";
import { runSettingNames } from "../../../src/settings/options/options.js";
import { rewriteArguments } from "../../../src/settings/options/rewrite-arguments.js";
import { spellingsOf } from "../../../src/settings/options/spellings-of.js";

const spellings = spellingsOf([...runSettingNames, "detach", "json"]);

function rewrite(text: string): string {
  return rewriteArguments(text.split(" "), spellings).join(" ");
}

describe("prompto's spellings", () => {
  test.each([
    ["--file a.jsonl", "--file=a.jsonl"],
    ["-f a.jsonl", "--file=a.jsonl"],
    ["-e keys.env", "--env-file=keys.env"],
    ["--env keys.env", "--env-file=keys.env"],
    ["-m", "--move-to-input"],
    ["--move", "--move-to-input"],
    ["--mo", "--move-to-input"],
    ["-d pilots", "--data-folder=pilots"],
    ["-d=pilots", "--data-folder=pilots"],
    ["-dpilots", "--data-folder=pilots"],
    ["--data pilots", "--data-folder=pilots"],
    ["-mq 500", "--max-queries=500"],
    ["-mq=500", "--max-queries=500"],
    ["--max-queries=500", "--max-queries=500"],
    ["-p", "--parallel"],
    ["--par", "--parallel"],
    ["-mqj rates.json", "--max-queries-json=rates.json"],
    ["--max-queries-j rates.json", "--max-queries-json=rates.json"],
    ["-ma 3", "--max-attempts=3"],
    ["-ma=3", "--max-attempts=3"],
  ])("%s is understood", (given, expected) => {
    expect(rewrite(given)).toBe(expected);
  });
});

describe("every flag of prompto_run_experiment", () => {
  // As its argument parser has them.
  const flags = [
    ...["--file", "-f", "--env-file", "-e", "--data-folder", "-d", "--max-queries", "-mq"],
    ...["--max-attempts", "-ma", "--parallel", "-p", "--max-queries-json", "-mqj"],
    ...["--move-to-input", "-m", "--rephrase-folder", "-rf", "--rephrase-templates", "-rt"],
    ...["--rephrase-model", "-r", "--rephrase-parser", "-rp", "--remove-original", "-ro"],
    ...["--only-rephrase", "-or", "--judge-folder", "-jf", "--judge-templates", "-jt"],
    ...["--judge", "-j", "--scorer", "-s", "--output-as-csv"],
  ];

  test.each(flags)("%s is understood", (flag) => {
    const [rewritten = ""] = rewrite(`${flag} x`).split(/[= ]/);
    expect(spellings.map((spelling) => spelling.flag)).toContain(rewritten);
  });
});

describe("the rewriting of arguments", () => {
  test.each([
    ["a.jsonl -mq 5 --detach", "a.jsonl --max-queries=5 --detach"],
    ["--max-queries -5", "--max-queries=-5"],
    ["--name=a=b", "--name=a=b"],
    ["--no-pr", "--no-preview"],
    ["--preview", "--preview"],
    ["--no-detach", "--no-detach"],
    ["-- -mq 5", "-- -mq 5"],
    ["--colour -x -", "--colour -x -"],
  ])("turns %s into %s", (given, expected) => {
    expect(rewrite(given)).toBe(expected);
  });

  test("refuses a prefix that several flags share, and names them", () => {
    expect(() => rewrite("--max-q 5")).toThrow(
      new UserError(
        "The flag `--max-q` could mean `--max-queries` or `--max-queries-json`: write it out.",
      ),
    );
  });

  test.each([
    ["--name --detach", "Expected a value after `--name`, got the flag `--detach`."],
    ["a.jsonl -mq", "Expected a value after `--max-queries`, got nothing."],
  ])("misses the value in %s", (given, message) => {
    expect(() => rewrite(given)).toThrow(new UserError(message));
  });
});
