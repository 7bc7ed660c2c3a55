import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { errorCode } from "../../domain/failure/error-code.js";
import { stateFoldersIn } from "./list-runs.js";
import { readJson } from "../files/read-json.js";
import { runPaths } from "./run-folder.js";
import { stampOf } from "./stamp.js";
import { syncFolder, writeJsonAtomically } from "../files/write-atomically.js";

/** `claim.json`: the run of the workflow that owns a state folder, and where its input came from. */
export interface Claim {
  readonly runId: string;
  readonly inputPath: string;
}

/** The state folder that the workflow run has claimed before, if it has. */
export async function findClaimed(
  experimentFolder: string,
  runId: string,
): Promise<string | undefined> {
  for (const directory of await stateFoldersIn(experimentFolder)) {
    // Written whole by claimRun alone.
    const claim = (await readJson(runPaths(directory).claim)) as Claim | undefined;
    if (claim?.runId === runId) return directory;
  }
  return undefined;
}

/** Takes the first free stamp by making its folder, which succeeds for one of all that try at once. */
export async function claimRun(
  experimentFolder: string,
  claim: Claim,
  now: () => Date,
): Promise<string> {
  for (;;) {
    const instant = now();
    const directory = join(experimentFolder, `.${stampOf(instant)}`);
    try {
      await mkdir(directory);
    } catch (error) {
      if (errorCode(error) !== "EEXIST") throw error;
      await sleep(1000 - instant.getMilliseconds());
      continue;
    }
    await syncFolder(experimentFolder);
    await writeJsonAtomically(runPaths(directory).claim, claim);
    return directory;
  }
}
