import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { resultOf, startCli } from "../../bench/lib/cli-process.js";
import type { CliResult } from "../../bench/lib/cli-process.js";
import { createSetUp, removeSetUp } from "../../bench/lib/set-up.js";
import type { SetUp } from "../../bench/lib/set-up.js";
import { createStack } from "../../bench/lib/stack.js";
import type { Stack } from "../../bench/lib/stack.js";

/** A folder to call the built CLI in, with a home and a port of its own. */
export interface CliSetUp {
  readonly setUp: SetUp;
  /** `ostinato …` to its end. */
  readonly ostinato: (...given: readonly string[]) => Promise<CliResult>;
  /** The same with variables. */
  readonly ostinatoWith: (
    variables: Readonly<Record<string, string>>,
    ...given: readonly string[]
  ) => Promise<CliResult>;
  /** Writes a file into the folder, a text or one JSON object a line, and returns its name. */
  readonly write: (name: string, content: string | readonly object[]) => string;
}

/** What all tests of a file share: a folder with a home and a port of its own, and what runs there. */
export interface SharedCli extends CliSetUp {
  readonly stack: Stack;
}

/** Called at the head of a test file; the tests may use it, but not the file itself. */
export function sharedCli({ withWorker }: { readonly withWorker: boolean }): SharedCli {
  // Filled before the first test.
  const shared = {} as SharedCli;
  beforeAll(async () => {
    const cli = await cliSetUp();
    Object.assign(shared, cli, { stack: createStack(cli.setUp) });
    if (withWorker) await shared.stack.startServerAndWorker();
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
    ...{ id, api: "test", model_name: "parrot", prompt: `Say ${id.toString()}` },
    parameters,
  }));
}

export async function cliSetUp(): Promise<CliSetUp> {
  // Nothing listens there: what would be sent to an API fails, and nothing here should be.
  const setUp = await createSetUp({ baseUrl: "http://127.0.0.1:9", key: "unused" });
  return {
    setUp,
    ostinato: async (...given) => await resultOf(startCli(setUp, given)),
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
