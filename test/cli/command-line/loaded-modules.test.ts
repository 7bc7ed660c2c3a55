import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { everyCommand } from "../../../cli/command-line/catalogue.js";
import { removeSetUp } from "../../../bench/lib/set-up.js";
import type { CliSetUp } from "../../helpers/cli-set-up.js";
import { cliSetUp } from "../../helpers/cli-set-up.js";

const program = fileURLToPath(new URL("../../../dist/cli/main.js", import.meta.url));
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

/** The packages of node_modules of which a command loads something, sorted. */
function packagesOf(...given: readonly string[]): readonly string[] {
  const trace = join(cli.setUp.folder, "trace.txt");
  const { status, stderr } = spawnSync(process.execPath, ["--import", tracer, program, ...given], {
    cwd: cli.setUp.folder,
    env: { ...cli.setUp.env, MODULE_TRACE: trace },
    encoding: "utf8",
  });
  expect({ given, status, stderr: status === 0 ? "" : stderr }).toEqual({
    given,
    status: 0,
    stderr: "",
  });
  const packages = readFileSync(trace, "utf8").matchAll(/node_modules\/((?:@[^/]+\/)?[^/\n]+)/g);
  return [...new Set([...packages].map(([, name = ""]) => name))].sort();
}

describe("a command loads only the packages that it needs, so that it starts quickly", () => {
  test.each([["--version"], ["--help"]])("%s", (flag) => {
    expect(packagesOf(flag)).toEqual(["commander"]);
  });

  test("check", () => {
    expect(packagesOf("check", "pilot.jsonl")).toEqual(["commander", "csv-parse", "zod"]);
  });

  test("missing", () => {
    const loaded = packagesOf("missing", "pilot.jsonl", "completed-pilot.jsonl");
    expect(loaded).toEqual(["commander", "csv-parse", "zod"]);
  });

  test("score and compare of files", () => {
    const loaded = [
      ...packagesOf("score", "completed-pilot.jsonl", "--scorers", "match"),
      ...packagesOf("compare", "completed-pilot.jsonl", "completed-pilot.jsonl"),
    ];
    expect(loaded.filter((name) => isHeavy(name))).toEqual([]);
  });

  test.each(everyCommand().map(({ words }) => ({ words, command: words.join(" ") })))(
    "$command --help",
    ({ words }) => {
      expect(packagesOf(...words, "--help").filter((name) => isHeavy(name))).toEqual([]);
    },
  );
});

/** Temporal, HTTP clients and the vendors' clients take tenths of a second each. */
function isHeavy(name: string): boolean {
  return /^(@temporalio|@grpc|@anthropic-ai|@google)\/|^(undici|openai|tar|gpt-tokenizer|log-update)$/.test(
    name,
  );
}
