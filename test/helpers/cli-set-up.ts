import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { resultOf, startCli } from "../../bench/lib/cli-process.js";
import type { CliResult } from "../../bench/lib/cli-process.js";
import { createSetUp, removeSetUp } from "../../bench/lib/set-up.js";
import type { SetUp } from "../../bench/lib/set-up.js";
import { createStack } from "../../bench/lib/stack.js";
import type { Stack } from "../../bench/lib/stack.js";
import { runInHost } from "../../bench/lib/command-host.js";

/** A folder for calls of the built CLI, with its own home and port. */
export interface CliSetUp {
  readonly setUp: SetUp;
  /**
   * Runs `ostinato …` to its end, in a process that all commands of the tests share: the start of
   * one takes a second of processor time.
   */
  readonly ostinato: (...given: readonly string[]) => Promise<CliResult>;
  /** Runs it in its own process, as users do. */
  readonly ostinatoProcess: (...given: readonly string[]) => Promise<CliResult>;
  /** Runs it in its own process, with additional variables. */
  readonly ostinatoWith: (
    variables: Readonly<Record<string, string>>,
    ...given: readonly string[]
  ) => Promise<CliResult>;
  /** Writes a file into the folder, text or one JSON object per line, and returns its name. */
  readonly write: (name: string, content: string | readonly object[]) => string;
}

/** The folder that all tests of a file share, with its own home, port and processes. */
export interface SharedCli extends CliSetUp {
  readonly stack: Stack;
}

/** Call it at the top of a test file. Only the tests may use the result. */
export function sharedCli({ withWorker }: { readonly withWorker: boolean }): SharedCli {
  // Filled before the first test.
  const shared = {} as SharedCli;
  beforeAll(async () => {
    const cli = await cliSetUp();
    const stack = createStack(cli.setUp, cli.ostinato);
    Object.assign(shared, cli, { stack });
    if (!withWorker) return;
    await stack.startServer();
    await stack.startWorker();
  }, 300_000);
  afterAll(async () => {
    await shared.stack.endAll();
    await removeSetUp(shared.setUp);
  });
  return shared;
}

/** Records of the `test` API, numbered from 0. */
export function testRecords(count: number, parameters: object): object[] {
  return Array.from({ length: count }, (_, id) => ({
    id,
    api: "test",
    model_name: "parrot",
    prompt: `Say ${id.toString()}`,
    parameters,
  }));
}

export async function cliSetUp(): Promise<CliSetUp> {
  // Nothing listens there, so a call to an API fails. The tests should make none.
  const setUp = await createSetUp({ baseUrl: "http://127.0.0.1:9", key: "unused" });
  return {
    setUp,
    ostinato: async (...given) => await runInHost(setUp, given),
    ostinatoProcess: async (...given) => await resultOf(startCli(setUp, given)),
    ostinatoWith: async (variables, ...given) => await resultOf(startCli(setUp, given, variables)),
    write: (name, content) => {
      const text =
        typeof content === "string"
          ? content
          : content.map((record) => `${JSON.stringify(record)}\n`).join("");
      writeFileSync(join(setUp.folder, name), text);
      return name;
    },
  };
}
