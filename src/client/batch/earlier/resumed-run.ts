import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { ExperimentSettings } from "../../../domain/experiment/experiment.js";
import { UserError } from "../../../domain/failure/user-error.js";
import { runChanges } from "../../../domain/flow/resume/run-changes.js";
import type { DataFolder } from "../../../storage/data-folder.js";
import { hasFlow, readKeptFlow } from "../../../storage/run/kept-flow.js";
import type { KeptFlow } from "../../../storage/run/kept-flow.js";
import { findResult } from "../../../storage/run/run-result.js";
import { findFinished } from "../../answers/find-finished.js";
import type { Ostinato } from "../../connection/ostinato.js";
import type { BatchSettings } from "../batch-settings.js";
import { isFlowFolder } from "../is-flow-folder.js";
import { importRun } from "./import-run.js";
import { importStored } from "./line-storage.js";

/** An earlier run whose completed lines are reused. */
export interface ResumedRun {
  readonly name: string;
  /** State folder of the run. */
  readonly directory: string;
  /** Returns the differences from that run, one sentence each. */
  readonly changesTo: (now: Pick<KeptFlow, "flow" | "mapping">) => readonly string[];
}

/**
 * Returns the run that a new run resumes; `undefined` if there is none, or if it resumes from a
 * storage. Throws a `UserError` if the run does not exist or is not a batch run.
 */
export async function resumedRun(
  ostinato: Ostinato,
  { resumeFrom }: BatchSettings,
  folder: DataFolder,
): Promise<ResumedRun | undefined> {
  if (typeof resumeFrom !== "string") return undefined;
  const { name, directory } = await placeOf(ostinato, resumeFrom, folder);
  if (!(await hasFlow(directory))) {
    throw new UserError(
      `"${name}" is not a batch run, so --resume-from can't take over its lines. List the batch runs with \`ostinato list --kind batch\`.`,
    );
  }
  const before = await readKeptFlow(directory);
  return {
    name,
    directory,
    changesTo: (now) => runChanges({ ...before, init: {} }, { ...now, init: {} }),
  };
}

/**
 * Returns a storage's records as a run; `undefined` if the new run resumes from no storage.
 *
 * @param inputPath file with the lines of the new run
 * @param settings settings of the new run
 */
export async function storedRun(
  { resumeFrom }: BatchSettings,
  inputPath: string,
  settings: ExperimentSettings,
): Promise<ResumedRun | undefined> {
  if (resumeFrom === undefined || typeof resumeFrom === "string") return undefined;
  const name = `${settings.name}-storage`;
  const { directory } = await importStored(resumeFrom, inputPath, { ...settings, name });
  return { name, directory, changesTo: () => [] };
}

async function placeOf(
  ostinato: Ostinato,
  from: string,
  folder: DataFolder,
): Promise<{ readonly name: string; readonly directory: string }> {
  const path = resolve(from);
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder || (await isFlowFolder(path))) {
    const { directory } = await findFinished(ostinato, from, { dataFolder: folder.path });
    return { name: from, directory };
  }
  // The path is a state folder of ours, otherwise a run folder of promptflow.
  if (await findResult(path)) return { name: from, directory: path };
  const imported = await importRun(path, { dataFolder: folder.path });
  return { name: imported.name, directory: imported.directory };
}
