import { UserError } from "../domain/user-error.js";
import { completeRunSettings } from "../settings/resolve-settings.js";
import type { RunSettings } from "../settings/settings.js";
import { openDataFolder, stageInput } from "../storage/data-folder.js";
import { readManifest, runPaths } from "../storage/run-folder.js";
import { findResult } from "../storage/run-result.js";
import { toExperimentSettings } from "./check-experiment.js";
import { findRun } from "./find-run.js";
import type { FindOptions } from "./list-experiments.js";
import type { Ostinato } from "./ostinato.js";
import type { OpenProviders } from "./provider-knowledge.js";
import { refuseKeyConflicts } from "./refuse-key-conflicts.js";
import { launchOrDiscard, toStarted, type StartedExperiment } from "./start-experiment.js";
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
      | "inFlight"
      | "onBlocked"
      | "preview"
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
    const { inputPath, inputSha256, records, targets } = manifest;
    const { groupRates, ...before } = manifest.settings;
    const given = completeRunSettings({
      ...before,
      ...{ file: inputPath, parallel: groupRates !== undefined },
      ...overrides,
    });
    const settings = toExperimentSettings(given, before.name, groupRates);
    await refuseKeyConflicts(ostinato, openProviders, { settings, targets });
    const folder = await openDataFolder(settings.dataFolder);
    const staged = await stageInput(folder, inputPath, { move: false, sha256: inputSha256 });
    const takeOver = runPaths(directory).completed;
    const runId = await launchOrDiscard(ostinato, {
      input: { settings, inputPath: staged.inputPath, inputName: `${name}.jsonl`, takeOver },
      ...{ inputSha256, records },
    });
    if (runId === undefined) throw stillRuns(name);
    return toStarted(ostinato, { name, notices: [] }, { runId, alreadyRunning: false });
  };
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
  if (result.failed === 0) {
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
