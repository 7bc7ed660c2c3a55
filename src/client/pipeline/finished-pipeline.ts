import { basename, dirname } from "node:path";
import type { ExperimentSettings, Manifest } from "../../domain/experiment/experiment.js";
import { canonicalJson } from "../../domain/json/canonical-json.js";
import { parseJsonText } from "../../domain/json/json-text.js";
import { isFunctionName } from "../../pipeline/definition/definition.js";
import type { PipelineDefinition } from "../../pipeline/definition/definition.js";
import { functionUses } from "../../pipeline/function-uses.js";
import { hasKeptModules, keptModules } from "../../pipeline/code/kept-modules.js";
import { isThere } from "../../storage/files/is-there.js";
import { findKeptPipeline } from "../../storage/run/pipeline/kept-pipeline.js";
import type { KeptPipeline } from "../../storage/run/pipeline/kept-pipeline.js";
import { stateFoldersIn } from "../../storage/run/list-runs.js";
import { firstSegment, segmentFolders } from "../../storage/run/pipeline/segment-folder.js";
import { findManifest, runPaths } from "../../storage/run/run-folder.js";
import { findResult } from "../../storage/run/run-result.js";
import type { RunResult } from "../../storage/run/run-result.js";
import { instantOfStamp } from "../../storage/run/stamp.js";
import type { Ostinato } from "../connection/ostinato.js";
import { areSameSettings, latestDirectory, wasCancelled } from "../start/finished-before.js";
import type { FinishedBefore } from "../start/finished-before.js";

/** A staged pipeline that is about to start. */
export interface NewPipelineRun {
  readonly name: string;
  readonly settings: ExperimentSettings;
  readonly inputSha256: string;
  readonly kept: KeptPipeline;
  /** The staged folder with the code of its functions. */
  readonly staged: string;
  /** The number of rows to accept, if there is one. */
  readonly rowsWanted: number | undefined;
}

/** A finished run with the same rows, steps, code and settings. */
export interface SamePipeline {
  readonly finished: FinishedBefore;
  /** True if a preview or a sample has run since. The name now stands for its result. */
  readonly isReplaced: boolean;
}

/**
 * Finds the latest run of a name over all rows, if it has finished with the same rows, steps, code
 * and settings, and was not cancelled.
 */
export async function findSamePipeline(
  ostinato: Ostinato,
  run: NewPipelineRun,
): Promise<SamePipeline | undefined> {
  const latest = await latestDirectory(ostinato, run.name, run.settings);
  if (latest === undefined) return undefined;
  const directory = await latestWhole(firstSegment(latest));
  const finished = directory === undefined ? undefined : await sameAs(directory, run);
  return finished && { finished, isReplaced: directory !== firstSegment(latest) };
}

/** Returns the run, or the newest earlier run over all rows if the run is a preview or a sample. */
async function latestWhole(latest: string): Promise<string | undefined> {
  const startOf = (directory: string): number => instantOfStamp(runPaths(directory).stamp) ?? 0;
  const others = (await stateFoldersIn(dirname(latest))).filter(
    (directory) => startOf(directory) < startOf(latest),
  );
  for (const directory of [latest, ...others.sort((a, b) => startOf(b) - startOf(a))]) {
    if ((await findKeptPipeline(directory))?.isPart !== true) return directory;
  }
  return undefined;
}

async function sameAs(directory: string, run: NewPipelineRun): Promise<FinishedBefore | undefined> {
  const manifest = await findManifest(directory);
  const result = manifest && (await findResult(directory));
  if (!result || !areSameSettings(manifest, run.settings)) return undefined;
  if (manifest.inputSha256 !== run.inputSha256) return undefined;
  if (!(await isSamePipeline(directory, manifest, run))) return undefined;
  if (!(await isWhole(directory, result))) return undefined;
  const { completed, failed, finishedAt } = result;
  return { completed, failed, finishedAt, runId: manifest.runId };
}

/** True if the run's files exist and nobody cancelled the run. */
async function isWhole(directory: string, result: RunResult): Promise<boolean> {
  for (const folder of await segmentFolders(directory)) {
    const { completed } = runPaths(folder);
    const hasFile = await isThere(completed);
    // A further segment has no file if all of its rows failed before.
    if (!hasFile && folder === directory) return false;
    if (hasFile && (await wasCancelled(completed, result))) return false;
  }
  return true;
}

/**
 * True if each run calls the user's code or asks a step again, so that a run with the same rows may
 * have another result. Sources do not count, because their rows are read before a run. Recorded
 * values are kept and do not count either.
 */
export function mayDiffer({ steps, edges, ...rest }: PipelineDefinition): boolean {
  const all = Object.entries(steps);
  if (all.some(([, step]) => step.reuse === false)) return true;
  const calling = all.filter(([, step]) => {
    if (step.use === "load") return false;
    return !(isFunctionName(step.use) && "record" in step && step.record);
  });
  return functionUses({ ...rest, edges, steps: Object.fromEntries(calling) }).length > 0;
}

/** True if the run in a state folder, ended or not, has the same steps and code. */
export async function isSameContent(
  directory: string,
  run: Pick<NewPipelineRun, "kept" | "staged" | "rowsWanted">,
): Promise<boolean> {
  const first = firstSegment(directory);
  const manifest = await findManifest(first);
  return manifest !== undefined && (await isSamePipeline(first, manifest, run));
}

async function isSamePipeline(
  directory: string,
  { groups }: Manifest,
  { kept, staged, rowsWanted }: Pick<NewPipelineRun, "kept" | "staged" | "rowsWanted">,
): Promise<boolean> {
  const wanted = groups.find((group) => group.rowsWanted !== undefined)?.rowsWanted;
  if (wanted !== rowsWanted) return false;
  const before = await findKeptPipeline(directory);
  if (!before || textOf(before) !== textOf(kept)) return false;
  return (await codeIn(directory)) === (await codeIn(staged));
}

function textOf(kept: KeptPipeline): string {
  return canonicalJson(parseJsonText(JSON.stringify(kept)));
}

/** Returns the hashes of a folder's modules, by name. */
async function codeIn(folder: string): Promise<string> {
  if (!hasKeptModules(folder)) return "";
  const modules = await keptModules(folder);
  return modules.map(({ file, bundle }) => `${file} ${basename(bundle)}`).join("\n");
}
