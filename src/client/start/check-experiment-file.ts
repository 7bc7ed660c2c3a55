import { join, resolve } from "node:path";
import { completeRunSettings } from "../../settings/resolve-settings.js";
import { createMediaCheck } from "../../storage/media/check-media.js";
import { surveyInput } from "../../storage/input/scan-input.js";
import type { GivenSettings } from "./check-experiment.js";
import { missingVariables } from "../worker/missing-variables.js";
import type { TargetVariables } from "../worker/missing-variables.js";
import type { Environment } from "../../domain/environment.js";
import { openProviders } from "../../providers/registry/open-providers.js";

/** All that can be known of an experiment file before the first call. */
export interface FileReport {
  /** Absolute. */
  readonly file: string;
  /** No line is invalid. Variables that are not set don't count: a worker elsewhere may have them. */
  readonly valid: boolean;
  /** Those without the invalid lines. */
  readonly records: number;
  readonly invalid: number;
  /** In the order of the file. */
  readonly problems: readonly LineProblems[];
  /** Of each `<api>/<model>`, in the order of the file, the variables that it needs and that are not set. */
  readonly environment: readonly TargetVariables[];
}

export interface LineProblems {
  /** From 1; of a CSV file the row, its header being row 1. */
  readonly line: number;
  /** One sentence each. */
  readonly problems: readonly string[];
}

/**
 * Lists every problem of every line of an experiment file, and the variables that its APIs lack. Changes nothing, makes
 * no folder and needs no server. Throws `UserError` for a file or a setting that can't be read.
 */
export async function checkExperimentFile(
  given: GivenSettings,
  env: Environment = process.env,
): Promise<FileReport> {
  const settings = completeRunSettings(given);
  const providers = await openProviders(settings.providers);
  const file = resolve(settings.file);
  const problems: LineProblems[] = [];
  const options = {
    checkRecord: providers.checkRecord,
    checkMedia: createMediaCheck(join(resolve(settings.dataFolder), "media"), providers.mediaOf),
  };
  const input = await surveyInput(file, options, (scanned) => {
    if (!("problems" in scanned)) return;
    problems.push({ line: scanned.line.line, problems: scanned.problems });
  });
  return {
    file,
    valid: problems.length === 0,
    records: input.records,
    invalid: input.invalid,
    problems,
    environment: await missingVariables({ providers, input, env, envFile: settings.envFile }),
  };
}
