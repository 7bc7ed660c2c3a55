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

/** An earlier run whose completed lines are taken over. */
export interface ResumedRun {
  readonly name: string;
  /** Its state folder. */
  readonly directory: string;
  /** The differences from that run, a sentence each. */
  readonly changesTo: (now: Pick<KeptFlow, "flow" | "mapping">) => readonly string[];
}

/**
 * `undefined` if the run resumes none, or from a storage. Throws a `UserError` for a run that is
 * not there or no batch run.
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
 * The records of a storage as a run; `undefined` if the run resumes from none.
 *
 * @param inputPath the lines of the run that resumes
 * @param settings of that run
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
  // A state folder of ours, else a run folder of promptflow.
  if (await findResult(path)) return { name: from, directory: path };
  const imported = await importRun(path, { dataFolder: folder.path });
  return { name: imported.name, directory: imported.directory };
}
