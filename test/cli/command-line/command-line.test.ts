import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { removeSetUp } from "../../../bench/lib/set-up.js";
import { catalogue } from "../../../cli/command-line/catalogue.js";
import type { CliSetUp } from "../../helpers/cli-set-up.js";
import { cliSetUp } from "../../helpers/cli-set-up.js";

let cli: CliSetUp;

beforeAll(async () => {
  cli = await cliSetUp();
});

afterAll(async () => {
  expect(existsSync(cli.setUp.home)).toBe(false);
  await removeSetUp(cli.setUp);
});

test("--env-file is the CLI's own where it runs as a program: Node looks for no such file", () => {
  const program = fileURLToPath(new URL("../../../dist/cli/main.js", import.meta.url));
  const given = ["run", "missing.jsonl", "--env-file", "missing.env"];
  const { status, stderr } = spawnSync(program, given, { cwd: cli.setUp.folder, encoding: "utf8" });
  expect(stderr).toContain("found nothing at");
  expect(stderr).toContain("missing.jsonl");
  expect(status).toBe(2);
});

describe("help", () => {
  test.each([["--help"], ["-h"], ["help"], []])("of %s lists every command", async (...given) => {
    const { code, stdout, stderr } = await cli.ostinatoProcess(...given);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const { name, summary } of catalogue) {
      expect(stdout).toContain(`  ${name}`);
      expect(stdout.replace(/\s+/g, " ")).toContain(summary);
    }
    for (const heading of new Set(catalogue.map(({ group }) => group))) {
      expect(stdout).toContain(`\n${heading}\n`);
    }
  });

  test.each([
    ["run", "--help"],
    ["help", "run"],
  ])(
    "of %s %s shows prompto's spellings, defaults and where else settings come from",
    async (...given) => {
      const { code, stdout } = await cli.ostinatoProcess(...given);
      expect(code).toBe(0);
      expect(stdout).toContain("-mq, --max-queries <N>");
      expect(stdout).toContain("requests per minute (default: 10)");
      expect(stdout).toContain("--no-preview");
      expect(stdout).not.toContain("  --preview");
      expect(stdout).toContain("OSTINATO_MAX_QUERIES");
      expect(stdout).toContain("ostinato.json");
    },
  );

  test.each([
    ["watch", "follow", "--help"],
    ["help", "watch", "follow"],
  ])("of %s %s %s shows that command's flags alone", async (...given) => {
    const { code, stdout } = await cli.ostinatoProcess(...given);
    expect(code).toBe(0);
    expect(flagsIn(stdout)).toEqual(["--data-folder", "--help", "--json"]);
  });

  test.each([
    [
      ["media", "upload"],
      [
        "--data-folder",
        "--env-file",
        "--help",
        "--json",
        "--media-folder",
        "--output-file",
        "--overwrite-output",
      ],
    ],
    [
      ["media", "list"],
      ["--env-file", "--help", "--json", "--model"],
    ],
    [["limits"], ["--help", "--json"]],
    [
      ["limits", "unset"],
      ["--help", "--json"],
    ],
    [
      ["judge", "create"],
      [
        "--help",
        "--input-file",
        "--judge",
        "--judge-folder",
        "--judge-templates",
        "--output-folder",
      ],
    ],
  ])("of %j shows its own flags alone", async (words, flags) => {
    const { stdout } = await cli.ostinatoProcess(...words, "--help");
    expect(flagsIn(stdout)).toEqual(flags);
  });

  test("of a command with commands below it lists them, and without one it is a mistake", async () => {
    const help = await cli.ostinatoProcess("media", "--help");
    const { code, stdout, stderr } = await cli.ostinatoProcess("media");
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: "", stderr: help.stdout });
    expect(stderr).toMatch(/^ {2}upload <FILE>.*\n.*\n {2}list .*\n {2}delete <NAME...> /m);
  });

  test("of change promises no defaults, as what is not given stays as it is", async () => {
    const { stdout } = await cli.ostinatoProcess("change", "--help");
    expect(stdout).toContain("--max-queries <N>");
    expect(stdout).not.toContain("default: 10");
  });
});

/** The long flags that the help of a command lists, sorted. */
function flagsIn(help: string): readonly string[] {
  return [...help.matchAll(/^ {2}.{5}(--[\w-]+)/gm)].map(([, flag = ""]) => flag).sort();
}

test("the version is the package's", async () => {
  const path = new URL("../../../package.json", import.meta.url);
  const { version } = JSON.parse(readFileSync(path, "utf8")) as { version: string };
  expect(await cli.ostinatoProcess("--version")).toMatchObject({ code: 0, stdout: `${version}\n` });
});

describe("a mistake in the command line exits with 2 and says what to do", () => {
  test.each([
    [["rnu", "a.jsonl"], "(Did you mean run?)"],
    [["run", "a.jsonl", "--detatch"], "(Did you mean --detach?)"],
    [["run", "a.jsonl", "--max", "5"], "or `--max-cost`: write it out."],
    [["run", "a.jsonl", "-mq"], "Expected a value after `--max-queries`, got nothing."],
    [["run", "a.jsonl", "-mq", "0"], '"0" from --max-queries'],
    [["run", "a.jsonl", "--timeout", "soon"], '"soon" from --timeout'],
    [["run"], "Expected an input FILE, got none."],
    [["run", "a.jsonl", "b.jsonl"], "too many arguments"],
    [["run", "a.jsonl", "--file", "b.jsonl"], "Leave one out."],
    [["pause"], "missing required argument 'NAME'"],
    [["follow", "a", "-mq", "5"], "unknown option '-mq'"],
    [["limits", "sett", "api/test"], "(Did you mean set?)"],
    [["watch", "folow"], "(Did you mean follow?)"],
    [["watch", "constructor"], "unknown command 'constructor'"],
    [["watch", "--json", "follow"], "Expected `follow` directly after `ostinato watch`."],
    [["watch", "follow", "--detach"], "unknown option '--detach'"],
    [["media", "toString"], "unknown command 'toString'"],
    [["media", "list", "--overwrite-output"], "unknown option '--overwrite-output'"],
    [["judge", "a", "--input-file", "b"], "unknown option '--input-file'"],
    [["judge", "create", "--inputfile", "b"], "(Did you mean --input-file?)"],
    [["serve-model", "x", "--port", "many"], "Expected --port to be a whole number"],
    [["limits", "set"], "missing required argument 'KEY'"],
    [["limits", "set", "api/test"], "Use `--max-queries N`"],
    [["limits", "unset", "api/test", "--in-flight", "5"], "unknown option '--in-flight'"],
    [["limits", "set", "api/test", "--in-flight", "0"], '"0" from --in-flight'],
    [["change", "a", "--max-queries", "-5"], '"-5" from --max-queries'],
    [["batch", "run", "f", "--column-mapping", "a=b"], "Use --map INPUT=VALUE"],
    [["batch", "run", "f", "--run", "first"], "Use --input run=NAME"],
    [["status", "a", "--json=yes"], "unknown option '--json=yes'"],
  ])("%j", async (given, words) => {
    const { code, stdout, stderr } = await cli.ostinatoProcess(...given);
    expect(stderr).toContain(words);
    expect(stderr).toMatch(/^error: /);
    expect(stderr).not.toContain("    at ");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });

  test("a wrong variable is named", async () => {
    const { code, stderr } = await cli.ostinatoWith(
      { OSTINATO_MAX_QUERIES: "0" },
      "run",
      "a.jsonl",
    );
    expect(code).toBe(2);
    expect(stderr).toBe(
      'error: Expected `maxQueries` to be a number from 0.0007 (one call a day) to 600,000, got "0" from OSTINATO_MAX_QUERIES.\n',
    );
  });
});

test("a Temporal server that is set but can't be reached exits with 4", async () => {
  const { code, stderr } = await cli.ostinatoWith({ TEMPORAL_ADDRESS: "127.0.0.1:9" }, "list");
  expect(stderr).toMatch(/^error: .*127\.0\.0\.1:9/);
  expect(stderr).toContain("TEMPORAL_ADDRESS");
  expect(code).toBe(4);
});
