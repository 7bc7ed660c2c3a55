import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { everyCommand } from "../../../cli/command-line/catalogue.js";
import { removeSetUp } from "../../../bench/lib/set-up.js";
import type { CliSetUp } from "../../helpers/cli-set-up.js";
import { cliSetUp } from "../../helpers/cli-set-up.js";

const main = fileURLToPath(new URL("../../../dist/cli/main.js", import.meta.url));
const helpOfCommands = fileURLToPath(
  new URL("../../fixtures/help-of-commands.mjs", import.meta.url),
);
const tracer = new URL("../../fixtures/module-trace.mjs", import.meta.url).href;

let cli: CliSetUp;

beforeAll(async () => {
  cli = await cliSetUp();
  cli.write("pilot.jsonl", [{ id: 1, api: "test", model_name: "parrot", prompt: "Hello" }]);
  cli.write("completed-pilot.jsonl", [
    { id: 1, api: "test", prompt: "Hello", expected_response: "Hi", response: "Hi" },
  ]);
});

afterAll(async () => {
  await removeSetUp(cli.setUp);
});

interface Traced {
  /**
   * Packages of node_modules from which the program loads something, sorted. Small ones are in the
   * bundle.
   */
  readonly packages: readonly string[];
  readonly stdout: string;
}

function trace(program: string, given: readonly string[]): Traced {
  const file = join(cli.setUp.folder, "trace.txt");
  const { status, stderr, stdout } = spawnSync(
    process.execPath,
    ["--import", tracer, program, ...given],
    { cwd: cli.setUp.folder, env: { ...cli.setUp.env, MODULE_TRACE: file }, encoding: "utf8" },
  );
  expect({ given, status, stderr: status === 0 ? "" : stderr }).toEqual({
    given,
    status: 0,
    stderr: "",
  });
  const packages = readFileSync(file, "utf8").matchAll(/node_modules\/((?:@[^/]+\/)?[^/\n]+)/g);
  return { packages: [...new Set([...packages].map(([, name = ""]) => name))].sort(), stdout };
}

function packagesOf(...given: readonly string[]): readonly string[] {
  return trace(main, given).packages;
}

describe("beside its bundle, a command loads only the packages that it needs, so that it starts quickly", () => {
  test.each([["--version"], ["--help"]])("%s", (flag) => {
    expect(packagesOf(flag)).toEqual([]);
  });

  test("check", () => {
    expect(packagesOf("check", "pilot.jsonl")).toEqual(["csv-parse"]);
  });

  test("missing", () => {
    const loaded = packagesOf("missing", "pilot.jsonl", "completed-pilot.jsonl");
    expect(loaded).toEqual(["csv-parse"]);
  });

  test("score and compare of files", () => {
    const loaded = [
      ...packagesOf("score", "completed-pilot.jsonl", "--scorers", "match"),
      ...packagesOf("compare", "completed-pilot.jsonl", "completed-pilot.jsonl"),
    ];
    expect(loaded.filter((name) => isHeavy(name))).toEqual([]);
  });

  test("--help of every command", () => {
    const commands = everyCommand().map(({ words }) => words.join(" "));
    expect(commands.length).toBeGreaterThan(20);
    // In one process, since a package that none of them loads is loaded by no single one.
    const { packages, stdout } = trace(helpOfCommands, commands);
    expect(stdout.match(/^Usage: ostinato /gm)).toHaveLength(commands.length);
    expect(packages.filter((name) => isHeavy(name))).toEqual([]);
  });
});

/** Temporal, HTTP clients and the vendors' clients take tenths of a second each. */
function isHeavy(name: string): boolean {
  return /^(@temporalio|@grpc|@anthropic-ai|@google)\/|^(undici|openai|tar|gpt-tokenizer|log-update)$/.test(
    name,
  );
}
