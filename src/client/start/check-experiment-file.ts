import { join, resolve } from "node:path";
import { completeRunSettings } from "../../settings/resolve-settings.js";
import { createMediaCheck } from "../../storage/media/check-media.js";
import { defined } from "../../domain/defined.js";
import { NeededKeys } from "../../domain/record/needed-keys.js";
import { neededKeysOf } from "./needed-keys.js";
import { stageSettings } from "./stage-settings.js";
import { ProblemGroups } from "../../domain/record/problem-groups.js";
import type { ProblemGroup } from "../../domain/record/problem-groups.js";
import { surveyInput } from "../../storage/input/scan-input.js";
import { loadLineForm } from "../../pipeline/templates/line-form.js";
import { inputFormOf } from "./input-form.js";
import type { GivenSettings } from "./check-experiment.js";
import { missingVariables } from "../worker/missing-variables.js";
import type { TargetVariables } from "../worker/missing-variables.js";
import type { Environment } from "../../domain/environment.js";
import { openProviders } from "../../providers/registry/open-providers.js";

/** The result of checking an experiment file before the first call. */
export interface FileReport {
  /** Absolute path of the file. */
  readonly file: string;
  /**
   * True if no line is invalid. Unset variables do not count, because a worker elsewhere may have
   * them.
   */
  readonly valid: boolean;
  /** Number of valid records. */
  readonly records: number;
  readonly invalid: number;
  /** Problems in the order of the file. */
  readonly problems: readonly LineProblems[];
  /** The same problems, with equal problems of several lines merged. */
  readonly grouped: readonly ProblemGroup[];
  /** Unset variables of each `<api>/<model>`, in the order of the file. */
  readonly environment: readonly TargetVariables[];
  /** One sentence for each key that a scorer or a judge's template needs and some records lack. */
  readonly notices: readonly string[];
}

export interface LineProblems {
  /** Line number, starting at 1. For a CSV file, the number of the row; the header is row 1. */
  readonly line: number;
  /** Problems of the line, one sentence each. */
  readonly problems: readonly string[];
}

/**
 * Lists every problem of every line of an experiment file, and the unset variables of its APIs.
 * Changes nothing, creates no folder and needs no server. Throws `UserError` for an unreadable
 * file, an invalid setting, or a valid file without a key that a scorer or a judge's template
 * needs.
 */
export async function checkExperimentFile(
  given: GivenSettings,
  env: Environment = process.env,
): Promise<FileReport> {
  const settings = completeRunSettings(given);
  const providers = await openProviders(settings.providers);
  const file = resolve(settings.file);
  const problems: LineProblems[] = [];
  const groups = new ProblemGroups();
  const options = {
    checkRecord: providers.checkRecord,
    form: await loadLineForm(await inputFormOf(settings, providers.apis)),
    checkMedia: createMediaCheck(join(resolve(settings.dataFolder), "media"), providers.mediaOf),
  };
  const stages = { ...stageSettings(settings), ...defined({ scorers: settings.scorers }) };
  const needed = new NeededKeys(await neededKeysOf(stages, given.scorersAreDefaults));
  const input = await surveyInput(file, options, (scanned) => {
    if (!("problems" in scanned)) {
      needed.add(scanned.record);
      return;
    }
    const { line } = scanned.line;
    problems.push({ line, problems: scanned.problems });
    groups.add(line, scanned.problems, scanned.api);
  });
  return {
    file,
    notices: problems.length === 0 ? needed.notices() : [],
    valid: problems.length === 0,
    records: input.records,
    invalid: input.invalid,
    problems,
    grouped: groups.all(),
    environment: await missingVariables({ providers, input, env, envFile: settings.envFile }),
  };
}
