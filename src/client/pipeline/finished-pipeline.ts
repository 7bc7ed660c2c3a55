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
  /** True if a preview or a sample ran since, whose result the name has now. */
  readonly isReplaced: boolean;
}

/**
 * Finds the latest run of a name that had all rows, if it has finished, had the same rows, steps,
 * code and settings, and was not cancelled.
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

/** The run, or the newest one before it that had all rows if the run is a preview or a sample. */
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

/** True if the run's files are there, and nobody cancelled it. */
async function isWhole(directory: string, result: RunResult): Promise<boolean> {
  for (const folder of await segmentFolders(directory)) {
    const { completed } = runPaths(folder);
    const hasFile = await isThere(completed);
    // A further segment whose rows all failed before it has no file.
    if (!hasFile && folder === directory) return false;
    if (hasFile && (await wasCancelled(completed, result))) return false;
  }
  return true;
}

/**
 * True if each run calls code of the user, or asks a step anew: then a run with the same rows may
 * have another result. The rows of a source are known before a run, and recorded values are kept.
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

/** The modules of a folder by name and hash. */
async function codeIn(folder: string): Promise<string> {
  if (!hasKeptModules(folder)) return "";
  const modules = await keptModules(folder);
  return modules.map(({ file, bundle }) => `${file} ${basename(bundle)}`).join("\n");
}
