import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { errorCode } from "../../domain/failure/error-code.js";
import { stateFoldersIn } from "./list-runs.js";
import { readJson } from "../files/read-json.js";
import { runPaths } from "./run-folder.js";
import { stampOf } from "./stamp.js";
import { syncFolder, writeJsonAtomically } from "../files/write-atomically.js";

/**
 * Content of `claim.json`: the workflow run that owns a state folder, and the original path of its
 * input.
 */
export interface Claim {
  readonly runId: string;
  readonly inputPath: string;
}

/** Returns the state folder that the workflow run has already claimed, if any. */
export async function findClaimed(
  experimentFolder: string,
  runId: string,
): Promise<string | undefined> {
  for (const directory of await stateFoldersIn(experimentFolder)) {
    // The file is ours: only `claimRun` writes it.
    const claim = (await readJson(runPaths(directory).claim)) as Claim | undefined;
    if (claim?.runId === runId) return directory;
  }
  return undefined;
}

/**
 * Claims the first free stamp by creating its folder. If several processes try at once, one
 * succeeds.
 */
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
