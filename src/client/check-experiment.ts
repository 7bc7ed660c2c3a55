import { basename, join, resolve } from "node:path";
import type { ExperimentSettings } from "../domain/experiment.js";
import { completeRunSettings } from "../settings/resolve-settings.js";
import type { RunSettings } from "../settings/settings.js";
import { createMediaCheck } from "../storage/check-media.js";
import { checkInput } from "../storage/check-input.js";
import { openDataFolder } from "../storage/data-folder.js";
import { liesInInput } from "../storage/stage-input.js";
import { missingVariables } from "./missing-variables.js";
import type { Environment } from "./ostinato.js";
import type { OpenProviders } from "./provider-knowledge.js";

/** What says which experiment is to be run; what isn't said has its default. */
export type GivenSettings = Partial<RunSettings> & Pick<RunSettings, "file">;

/** An experiment whose input and settings were found good. */
export interface CheckedExperiment {
  readonly name: string;
  readonly settings: ExperimentSettings;
  /** Absolute path of the input. */
  readonly file: string;
  readonly moveToInput: boolean;
  /** Invalid lines that `skipInvalid` passes over are not among them. */
  readonly records: number;
  readonly invalid: number;
  readonly inputSha256: string;
  /** `<api>/<model>`, in the order of the input. */
  readonly targets: readonly string[];
  /** What is worth knowing and doesn't keep the experiment from being run: a key that isn't set, for instance. */
  readonly notices: readonly string[];
}

export type CheckExperiment = (
  given: GivenSettings,
  env?: Environment,
) => Promise<CheckedExperiment>;

export function createCheckExperiment(openProviders: OpenProviders): CheckExperiment {
  return async (given, env = process.env) => {
    const settings = completeRunSettings(given);
    const providers = await openProviders(settings.providers);
    const file = resolve(settings.file);
    const input = await checkInput(file, {
      checkRecord: providers.checkRecord,
      checkMedia: createMediaCheck(join(resolve(settings.dataFolder), "media"), providers.mediaOf),
      skipInvalid: settings.skipInvalid,
    });
    await liesInInput(await openDataFolder(settings.dataFolder), file, input.sha256);
    const name = experimentNameOf(settings);
    return {
      name,
      settings: toExperimentSettings(settings, name),
      file,
      moveToInput: settings.moveToInput,
      records: input.records,
      invalid: input.invalid,
      inputSha256: input.sha256,
      targets: input.targets,
      notices: await missingKeys({ providers, input, env, envFile: settings.envFile }),
    };
  };
}

export function experimentNameOf({ name, file }: GivenSettings): string {
  return name ?? nameOfFile(file);
}

/** prompto takes off both suffixes, in this order: `a.csv.jsonl` is the experiment `a`. */
function nameOfFile(file: string): string {
  return basename(basename(file, ".jsonl"), ".csv");
}

export function toExperimentSettings(settings: RunSettings, name: string): ExperimentSettings {
  return {
    name,
    dataFolder: resolve(settings.dataFolder),
    envFile: resolve(settings.envFile),
    requestsPerMinute: settings.requestsPerMinute,
    ...(settings.inFlight === undefined ? {} : { inFlight: settings.inFlight }),
    maxAttempts: settings.maxAttempts,
    timeoutMs: settings.timeoutMs,
    onBlocked: settings.onBlocked,
    skipInvalid: settings.skipInvalid,
    preview: settings.preview,
    ...(settings.providers?.length ? { providers: settings.providers } : {}),
    outputAsCsv: settings.outputAsCsv,
    priority: settings.priority,
  };
}

/** Only notices: a worker elsewhere may have the key, and without it the records wait. */
async function missingKeys(search: Parameters<typeof missingVariables>[0]): Promise<string[]> {
  const targets = await missingVariables(search);
  return targets.flatMap(({ target, missing }) =>
    missing.map(
      (variable) =>
        `${target} needs ${variable}, set neither here nor in ${search.envFile}. ` +
        "Its records wait until a worker has it: set it, then `ostinato resume`.",
    ),
  );
}
