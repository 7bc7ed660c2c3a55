import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { canonicalJson } from "../../domain/json/canonical-json.js";
import { isJsonObject } from "../../domain/json/json.js";
import { parseJsonText } from "../../domain/json/json-text.js";
import { errorCode } from "../../domain/failure/error-code.js";
import type { ExperimentSettings, Manifest } from "../../domain/experiment/experiment.js";
import { stagesOf } from "../../domain/experiment/stages.js";
import { completedTexts } from "../../storage/completed/completed-lines.js";
import { hashFile } from "../../storage/files/hash-file.js";
import { isThere } from "../../storage/files/is-there.js";
import { stateFoldersIn } from "../../storage/run/list-runs.js";
import {
  fileNameOf,
  findManifest,
  findOriginalInput,
  givenInput,
  runPaths,
} from "../../storage/run/run-folder.js";
import { findResult } from "../../storage/run/run-result.js";
import type { RunResult } from "../../storage/run/run-result.js";
import { instantOfStamp } from "../../storage/run/stamp.js";
import { findExperiment } from "../status/find-experiment.js";
import type { Ostinato } from "../connection/ostinato.js";
import type { CheckedExperiment } from "./check-experiment.js";

/** A finished run with the same content and settings. */
export interface FinishedBefore {
  readonly completed: number;
  readonly failed: number;
  /** End time in ms since the epoch. */
  readonly finishedAt: number;
  /** Run id of its workflow. */
  readonly runId: string;
}

/** @internal */
export interface SameRun extends FinishedBefore {
  readonly completedFile: string;
}

/** A run that is about to start. */
export interface NewRun {
  readonly name: string;
  readonly settings: ExperimentSettings;
  /** True if an earlier run had the same input. */
  readonly hasSameInput: (directory: string, manifest: Manifest) => Promise<boolean>;
}

/**
 * Finds the latest run of a name if it has finished, has the same content and settings, and was not
 * cancelled.
 */
export async function findSameRun(ostinato: Ostinato, run: NewRun): Promise<SameRun | undefined> {
  const { name, settings } = run;
  const directory = await latestDirectory(ostinato, name, settings);
  const manifest = directory === undefined ? undefined : await findManifest(directory);
  if (directory === undefined || !manifest) return undefined;
  const result = await findResult(directory);
  if (!result || !areSameSettings(manifest, settings)) return undefined;
  if (!(await run.hasSameInput(directory, manifest))) return undefined;
  if (!(await areSameFolders(directory, manifest, settings))) return undefined;
  const { completed: completedFile } = runPaths(directory);
  if (!(await isThere(completedFile)) || (await wasCancelled(completedFile, result))) {
    return undefined;
  }
  if (!(await isJudged({ manifest, result, completedFile }))) return undefined;
  const { completed, failed, finishedAt } = result;
  return { completed, failed, finishedAt, runId: manifest.runId, completedFile };
}

/** True if a run's input had the bytes of an experiment's file. */
export async function hadSameFile(
  directory: string,
  { settings, inputSha256 }: Manifest,
  { name, file, inputSha256: sha256 }: CheckedExperiment,
): Promise<boolean> {
  const original = settings.rephrase
    ? await findOriginalInput({ dataFolder: settings.dataFolder, name })
    : givenInput(directory, basename(file));
  if (await isThere(original)) return (await hashFile(original)) === sha256;
  return settings.rephrase === undefined && inputSha256 === sha256;
}

/** The state folder of the latest run's main stage. */
export async function latestDirectory(
  { client }: Ostinato,
  name: string,
  settings: ExperimentSettings,
): Promise<string | undefined> {
  const found = await findExperiment(client, name);
  if (found) {
    const { dataFolder, directory } = found.memo;
    return found.open || dataFolder !== settings.dataFolder ? undefined : directory;
  }
  const stages = stagesOf({ settings });
  const main = stages.find(({ kind }) => kind === "main") ?? stages[0];
  return newestRun(join(settings.dataFolder, "output", fileNameOf(main?.name ?? name)));
}

async function newestRun(experimentFolder: string): Promise<string | undefined> {
  const atOf = (directory: string): number => instantOfStamp(runPaths(directory).stamp) ?? 0;
  const runs = await stateFoldersIn(experimentFolder);
  return runs.sort((a, b) => atOf(a) - atOf(b)).at(-1);
}

/**
 * Settings that determine which records are sent and what their answers are. All other settings
 * determine the pace or the cost.
 */
const decisive = [
  "form",
  "maxAttempts",
  "timeoutMs",
  "throttleTimeoutMs",
  "onBlocked",
  "providers",
  "outputAsCsv",
  "scorers",
  "judge",
  "rephrase",
] as const satisfies readonly (keyof ExperimentSettings)[];

/** True if a run had the same settings for the choice of records and for their answers. */
export function areSameSettings(
  { settings, stage }: Pick<Manifest, "settings" | "stage">,
  now: ExperimentSettings,
): boolean {
  // A run over lines made by another stage always skips invalid lines.
  const isMade = stage?.madeFrom !== undefined;
  const isSame = isMade || settings.skipInvalid === now.skipInvalid;
  return isSame && decisiveText(settings) === decisiveText(now);
}

function decisiveText(settings: ExperimentSettings): string {
  const chosen = Object.fromEntries(decisive.map((key) => [key, settings[key]]));
  const value = parseJsonText(JSON.stringify(chosen));
  return canonicalJson(value);
}

/** True if the judge and rephrase folders still have what the run's first stage has kept. */
async function areSameFolders(
  directory: string,
  { earlierStages = [] }: Manifest,
  { judge, rephrase }: ExperimentSettings,
): Promise<boolean> {
  const kept = earlierStages[0] ?? directory;
  const pairs = [
    ...(judge ? filesOf(judge.folder, join(kept, "judge"), judge.templates) : []),
    ...(rephrase ? filesOf(rephrase.folder, join(kept, "rephrase"), [rephrase.templates]) : []),
  ];
  for (const [now, before] of pairs) {
    const texts = [await textIn(now), await textIn(before)];
    if (texts[0] === undefined || texts[0] !== texts[1]) return false;
  }
  return true;
}

function filesOf(
  folder: string,
  kept: string,
  templates: readonly string[],
): readonly (readonly [string, string])[] {
  return ["settings.json", ...templates].map((name) => [join(folder, name), join(kept, name)]);
}

async function textIn(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** True if records of a run failed because a person cancelled it. */
export async function wasCancelled(
  completedFile: string,
  { failed }: Pick<RunResult, "failed">,
): Promise<boolean> {
  if (failed === 0) return false;
  for await (const text of completedTexts(completedFile)) {
    const line = parseJsonText(text);
    const error = isJsonObject(line) ? line["error"] : undefined;
    if (isJsonObject(error) && error["type"] === "cancelled") return true;
  }
  return false;
}

interface MainStage {
  readonly manifest: Manifest;
  readonly result: RunResult;
  readonly completedFile: string;
}

/** False if judges are wanted and their stage has not finished. */
async function isJudged({ manifest, result, completedFile }: MainStage): Promise<boolean> {
  const { settings, stage } = manifest;
  const isAnswered = stage?.kind !== "judge" && settings.rephrase?.only !== true;
  const isWanted = settings.judge !== undefined && isAnswered;
  if (!isWanted || result.completed === 0) return true;
  const judge = join(settings.dataFolder, "output", fileNameOf(`judge-${settings.name}`));
  for (const directory of await stateFoldersIn(judge)) {
    const made = (await findManifest(directory))?.stage?.madeFrom;
    const judged = made === completedFile ? await findResult(directory) : undefined;
    if (judged) return !(await wasCancelled(runPaths(directory).completed, judged));
  }
  return false;
}
