import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join, relative } from "node:path";
import { defined } from "../../../domain/defined.js";
import type { ExperimentSettings } from "../../../domain/experiment/experiment.js";
import { BatchResult } from "../../../domain/flow/result/batch-result.js";
import { canonicalJson } from "../../../domain/json/canonical-json.js";
import { isJsonObject } from "../../../domain/json/json.js";
import type { JsonValue } from "../../../domain/json/json.js";
import { parseJsonText } from "../../../domain/json/json-text.js";
import { hashFile } from "../../../storage/files/hash-file.js";
import { isThere } from "../../../storage/files/is-there.js";
import { readJson } from "../../../storage/files/read-json.js";
import { hasFlow, readKeptFlow } from "../../../storage/run/kept-flow.js";
import type { KeptFlow } from "../../../storage/run/kept-flow.js";
import { findManifest, runPaths } from "../../../storage/run/run-folder.js";
import { findResult } from "../../../storage/run/run-result.js";
import type { Ostinato } from "../../connection/ostinato.js";
import { areSameSettings, latestDirectory } from "../../start/finished-before.js";
import type { FinishedBefore } from "../../start/finished-before.js";

/** The parts of a kept flow that determine the results of lines. */
export type DecisiveFlow = Pick<
  KeptFlow,
  "flow" | "mapping" | "connections" | "variables" | "executor" | "lineTimeoutMs"
>;

/** A staged batch run that is about to start. */
export interface NewBatchRun {
  readonly name: string;
  readonly settings: ExperimentSettings;
  readonly inputSha256: string;
  readonly kept: DecisiveFlow;
  /** The staged folder with the flow's code. */
  readonly staged: string;
}

/**
 * Finds the latest run of a name if it has completed with its aggregation and had the same lines,
 * flow, code and settings. Failed lines are allowed.
 */
export async function findSameBatch(
  ostinato: Ostinato,
  { name, settings, inputSha256, kept, staged }: NewBatchRun,
): Promise<FinishedBefore | undefined> {
  const directory = await latestDirectory(ostinato, name, settings);
  const manifest = directory === undefined ? undefined : await findManifest(directory);
  if (directory === undefined || !manifest || !(await isWhole(directory))) return undefined;
  const result = await findResult(directory);
  if (!result || manifest.inputSha256 !== inputSha256) return undefined;
  if (!areSameSettings(manifest, settings)) return undefined;
  const before = await readKeptFlow(directory);
  // Lines of a resumed run may come from another flow.
  if (before.resumedFrom !== undefined || !(await hasFlowAndCode(directory, { kept, staged }))) {
    return undefined;
  }
  const { completed, failed, finishedAt } = result;
  return { completed, failed, finishedAt, runId: manifest.runId };
}

/**
 * True if the run in a state folder, ended or not, has the same flow, code and lines, and resumes
 * the same earlier run.
 */
export async function isSameContent(
  directory: string,
  { kept, staged }: { readonly kept: KeptFlow; readonly staged: string },
): Promise<boolean> {
  if (!(await hasFlow(directory))) return false;
  const { resumedFrom, workers } = await readKeptFlow(directory);
  if (resumedFrom !== kept.resumedFrom || workers !== kept.workers) return false;
  return await hasFlowAndCode(directory, { kept, staged });
}

async function hasFlowAndCode(
  directory: string,
  { kept, staged }: Pick<NewBatchRun, "kept" | "staged">,
): Promise<boolean> {
  if (textOf(await readKeptFlow(directory)) !== textOf(kept)) return false;
  return (await codeIn(directory)) === (await codeIn(staged));
}

/** True if the run's files exist, the run did not end early, and its aggregation is done. */
async function isWhole(directory: string): Promise<boolean> {
  const { completed, batchResult } = runPaths(directory);
  if (!(await hasFlow(directory)) || !(await isThere(completed))) return false;
  // The result is ours: only the end of a batch run writes it.
  const json = (await readJson(batchResult)) as JsonValue | undefined;
  if (!isJsonObject(json)) return false;
  const { status, errorSummary } = BatchResult.fromJson(json);
  return status === "Completed" && Object.keys(errorSummary.aggrErrorDict).length === 0;
}

function textOf(kept: DecisiveFlow): string {
  const { flow, mapping, connections, variables, executor, lineTimeoutMs } = kept;
  const decisive = { flow, mapping, connections, variables, ...defined({ executor }) };
  return canonicalJson(parseJsonText(JSON.stringify({ ...decisive, lineTimeoutMs })));
}

/** Returns a hash of all files of a run's code; of nothing if the run has no code. */
async function codeIn(folder: string): Promise<string> {
  const { code } = runPaths(folder);
  const hash = createHash("sha256");
  if (!(await isThere(code))) return hash.digest("hex");
  const entries = await readdir(code, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && !entry.parentPath.includes("__pycache__"))
    .map((entry) => join(entry.parentPath, entry.name));
  for (const path of paths.sort((a, b) => (a < b ? -1 : 1))) {
    hash.update(`${relative(code, path)} ${await hashFile(path)}\n`);
  }
  return hash.digest("hex");
}
