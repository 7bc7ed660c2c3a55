import { extname } from "node:path";
import type { Manifest, PrepareExperimentInput } from "../domain/experiment.js";
import { UserError } from "../domain/user-error.js";
import { checkScorers } from "../evaluation/check-scorers.js";
import { quotaSettings } from "../settings/daily-quota.js";
import { completeRunSettings } from "../settings/resolve-settings.js";
import type { RunSettings } from "../settings/settings.js";
import { openDataFolder, stageInput } from "../storage/data-folder.js";
import { hashFile } from "../storage/hash-file.js";
import { originalInput, readManifest, runPaths } from "../storage/run-folder.js";
import { findResult } from "../storage/run-result.js";
import { toExperimentSettings } from "./check-experiment.js";
import { findRun } from "./find-run.js";
import type { FindOptions } from "./list-experiments.js";
import type { Ostinato } from "./ostinato.js";
import type { OpenProviders } from "./provider-knowledge.js";
import { refuseKeyConflicts } from "./refuse-key-conflicts.js";
import { launchOrDiscard, toStarted, type StartedExperiment } from "./start-experiment.js";
import { stagesOfFound } from "./stage-status.js";
import { unknownExperiment } from "./unknown-experiment.js";

/** Settings of the new run; what is left out stays as it was in the one before. */
export type RetryOverrides = FindOptions &
  Partial<
    Pick<
      RunSettings,
      | "envFile"
      | "requestsPerMinute"
      | "maxAttempts"
      | "timeoutMs"
      | "tokensPerMinute"
      | "requestsPerDay"
      | "resetHour"
      | "timeZone"
      | "inFlight"
      | "onBlocked"
      | "preview"
      | "scorers"
    >
  >;

/**
 * Runs a finished experiment again, under a new stamp: completed outcomes are taken over, the other records are sent.
 * Throws a `UserError` where it still runs, was never finished, or has nothing that failed.
 */
export type RetryFailed = (
  ostinato: Ostinato,
  name: string,
  overrides?: RetryOverrides,
) => Promise<StartedExperiment>;

export function createRetryFailed(openProviders: OpenProviders): RetryFailed {
  return async (ostinato, name, { dataFolder, ...overrides } = {}) => {
    const options = dataFolder === undefined ? {} : { dataFolder };
    const directory = await findFinished(ostinato, name, options);
    const manifest = await readManifest(directory);
    const { records, targets } = manifest;
    const again = askAgain(manifest, directory);
    const { groupRates, judge, rephrase, requestsPerDay, ...before } = manifest.settings;
    const given = completeRunSettings({
      ...before,
      ...(requestsPerDay && quotaSettings(requestsPerDay)),
      ...{ file: again.file, parallel: groupRates !== undefined },
      ...overrides,
    });
    const ofExperiment = manifest.stage?.experiment ?? before.name;
    const settings = {
      ...toExperimentSettings(given, ofExperiment, groupRates),
      ...(judge && { judge }),
      ...(rephrase && { rephrase }),
    };
    await checkScorers(settings.scorers ?? []);
    await refuseKeyConflicts(ostinato, openProviders, { settings, targets });
    const folder = await openDataFolder(settings.dataFolder);
    const inputSha256 = await hashFile(again.file);
    const staged = await stageInput(folder, again.file, { move: false, sha256: inputSha256 });
    const runId = await launchOrDiscard(ostinato, {
      input: {
        settings,
        inputPath: staged.inputPath,
        inputName: `${name}${extname(again.file)}`,
        ...again.how,
      },
      ...{ inputSha256, records },
    });
    if (runId === undefined) throw stillRuns(name);
    return toStarted(ostinato, { name, notices: [] }, { runId, alreadyRunning: false });
  };
}

interface Again {
  /** The input. */
  readonly file: string;
  readonly how: Pick<PrepareExperimentInput, "takeOver" | "judgeOf" | "reuse">;
}

/** What a run is made from again; each stage takes over what was answered. */
function askAgain({ stage, settings, inputPath }: Manifest, directory: string): Again {
  if (stage?.kind === "judge" && stage.madeFrom !== undefined) {
    return { file: stage.madeFrom, how: { judgeOf: stage.madeFrom, reuse: true } };
  }
  if (stage && settings.rephrase) {
    const { dataFolder } = settings;
    const file = originalInput({ dataFolder, name: stage.experiment }, inputPath);
    return { file, how: { reuse: true } };
  }
  const takeOver = runPaths(directory).completed;
  return { file: inputPath, how: { takeOver, ...(stage ? { reuse: true } : {}) } };
}

/** The state folder of the latest run, which must have ended and left something to send again. */
async function findFinished(
  ostinato: Ostinato,
  name: string,
  options: FindOptions,
): Promise<string> {
  const { found, directory } = await findRun(ostinato, name, options);
  if (found?.open === true) throw stillRuns(name);
  if (directory === undefined && !found) {
    throw await unknownExperiment(ostinato, name, options.dataFolder);
  }
  const result = directory === undefined ? undefined : await findResult(directory);
  if (directory === undefined || !result) {
    throw new UserError(
      `The last run of "${name}" has no completed file to take answers from. Run its input with \`ostinato run\`.`,
    );
  }
  const stages = (await stagesOfFound(found)) ?? [];
  if (result.failed === 0 && stages.every(({ failed = 0 }) => failed === 0)) {
    throw new UserError(
      `Nothing failed in the last run of "${name}", so there is nothing to retry.`,
    );
  }
  return directory;
}

function stillRuns(name: string): UserError {
  return new UserError(
    `The experiment "${name}" still runs. Wait for its end (\`ostinato follow ${name}\`), or cancel it first.`,
  );
}
