import { join } from "node:path";

import { UserError } from "../../domain/failure/user-error.js";
import { isJsonObject } from "../../domain/json/json.js";
import type { JsonObject } from "../../domain/json/json.js";
import { completedLines } from "../completed/completed-lines.js";
import { rowsAtLeaf } from "../completed/rows-at-leaf.js";
import { isThere } from "../files/is-there.js";
import { parseJsonText } from "../../domain/json/json-text.js";
import { readKeptPipeline } from "../run/pipeline/kept-pipeline.js";
import { stateFoldersIn } from "../run/list-runs.js";
import { fileNameOf, runPaths } from "../run/run-folder.js";
import { findResult } from "../run/run-result.js";

/**
 * Yields the rows of the latest finished run of a name: the rows of a pipeline's only leaf, or the
 * completed lines of an experiment. Throws a `UserError` if there are none.
 */
export async function* readResult(
  { output }: { readonly output: string },
  name: string,
): AsyncGenerator<JsonObject, void, undefined> {
  const directory = await latestFinished({ output }, name);
  if (directory === undefined) {
    throw new UserError(
      `Expected a finished run of "${name}" in ${JSON.stringify(output)}, found none. Run it first, or check the name.`,
    );
  }
  const { pipeline, completed } = runPaths(directory);
  if (await isThere(pipeline)) {
    yield* leafRows(directory, name);
    return;
  }
  for await (const { text } of completedLines(completed)) {
    const line = parseJsonText(text);
    if (isJsonObject(line)) yield line;
  }
}

async function* leafRows(
  directory: string,
  name: string,
): AsyncGenerator<JsonObject, void, undefined> {
  const { leaves } = await readKeptPipeline(directory);
  const [leaf = "", ...others] = leaves;
  if (others.length > 0) {
    throw new UserError(
      `The result of "${name}" has several subsets (${leaves.join(", ")}). Load the file of one of them.`,
    );
  }
  for await (const { row } of rowsAtLeaf(directory, leaf)) yield row;
}

/** Returns the state folder of the latest finished run of a name. */
export async function latestFinished(
  { output }: { readonly output: string },
  name: string,
): Promise<string | undefined> {
  let latest: { readonly directory: string; readonly finishedAt: number } | undefined;
  for (const directory of await stateFoldersIn(join(output, fileNameOf(name)))) {
    const finishedAt = (await findResult(directory))?.finishedAt;
    if (finishedAt === undefined || finishedAt < (latest?.finishedAt ?? 0)) continue;
    latest = { directory, finishedAt };
  }
  return latest?.directory;
}
