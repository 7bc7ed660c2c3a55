import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { resultOf, startCli } from "../../bench/lib/cli-process.js";
import type { CliResult } from "../../bench/lib/cli-process.js";
import { createSetUp } from "../../bench/lib/set-up.js";
import type { SetUp } from "../../bench/lib/set-up.js";

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
