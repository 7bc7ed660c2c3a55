import { shellWord } from "../../domain/shell-word.js";
import { copyFile, mkdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { UserError } from "../../domain/failure/user-error.js";
import { BatchResult } from "../../domain/flow/result/batch-result.js";
import { isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import { readBatchLines } from "../../storage/batch/batch-lines.js";
import type { BatchLine } from "../../storage/batch/batch-lines.js";
import { readJson } from "../../storage/files/read-json.js";
import { hasFlow } from "../../storage/run/kept-flow.js";
import { runPaths } from "../../storage/run/run-folder.js";
import { findFinished } from "../answers/find-finished.js";
import type { Ostinato } from "../connection/ostinato.js";
import type { FindOptions } from "../connection/find-options.js";
import { findPresentRun } from "../status/find-run.js";

/** The result of a batch run, with its files. */
export interface FoundBatchResult {
  readonly result: BatchResult;
  /** The result under promptflow's names. */
  readonly json: JsonObject;
  readonly files: { readonly output: string; readonly result: string };
  /** Folder with the files of all runs of this name. */
  readonly folder: string;
  /** Copies `output.jsonl` and `result.json` to a folder. @param base folder for a relative path */
  readonly copyTo: (folder: string, base?: string) => Promise<void>;
}

/** Returns the result of the latest run of a name; `undefined` if the run has no result yet. */
export async function readBatchResult(
  ostinato: Ostinato,
  name: string,
  options: FindOptions = {},
): Promise<FoundBatchResult | undefined> {
  const { directory } = await findPresentRun(ostinato, name, options);
  return directory === undefined ? undefined : await batchResultIn(directory);
}

/** Returns the result of the run in a state folder; `undefined` if it has none. */
export async function batchResultIn(directory: string): Promise<FoundBatchResult | undefined> {
  const { batchResult, output } = runPaths(directory);
  // The result is ours: only the end of a batch run writes it.
  const json = (await readJson(batchResult)) as JsonValue | undefined;
  if (!isJsonObject(json)) return undefined;
  return {
    result: BatchResult.fromJson(json),
    json,
    files: { output, result: batchResult },
    folder: dirname(output),
    copyTo: async (folder, base = ".") => {
      const to = resolve(base, folder);
      await mkdir(to, { recursive: true });
      await copyFile(output, join(to, "output.jsonl"));
      await copyFile(batchResult, join(to, "result.json"));
    },
  };
}

/** Returns the result like `readBatchResult`. Throws a `UserError` if there is none. */
export async function requireBatchResult(
  ostinato: Ostinato,
  name: string,
  options: FindOptions = {},
): Promise<FoundBatchResult> {
  const found = await readBatchResult(ostinato, name, options);
  if (found) return found;
  const { directory } = await findFinished(ostinato, name, options);
  throw noBatch(name, await hasFlow(directory));
}

/** Yields the lines of the latest ended run of a name, in the order of its input. */
export async function* readBatchDetails(
  ostinato: Ostinato,
  name: string,
  options: FindOptions = {},
): AsyncGenerator<BatchLine, void, undefined> {
  const { directory } = await findFinished(ostinato, name, options);
  if (!(await hasFlow(directory))) throw noBatch(name, false);
  yield* readBatchLines(runPaths(directory).completed);
}

function noBatch(name: string, isBatch: boolean): UserError {
  return new UserError(
    isBatch
      ? `The batch run "${name}" has no result yet. Wait for its end: \`ostinato follow ${shellWord(name)}\`.`
      : `"${name}" is not a batch run. Read its answers with \`ostinato results ${shellWord(name)}\`.`,
  );
}
