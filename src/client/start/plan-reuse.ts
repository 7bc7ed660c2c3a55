import { countText } from "../../domain/count-text.js";
import { defined } from "../../domain/defined.js";
import type { ExperimentSettings } from "../../domain/experiment/experiment.js";
import { stagesOf } from "../../domain/experiment/stages.js";
import type { StageKind } from "../../domain/experiment/stages.js";
import { readRephraseFolder } from "../../evaluation/rephrase/rephrase-folder.js";
import { rephraseLines } from "../../evaluation/rephrase/rephrase-lines.js";
import { loadLineForm } from "../../pipeline/templates/line-form.js";
import { openProviders } from "../../providers/registry/open-providers.js";
import { completedFilesOf } from "../../storage/completed/completed-files.js";
import { openDataFolder } from "../../storage/data-folder.js";
import { validLines } from "../../storage/input/valid-lines.js";
import { earlierFactsOf, findEarlierAnswers } from "../../storage/reuse/earlier-answers.js";
import type { Ostinato } from "../connection/ostinato.js";
import { findExperiment } from "../status/find-experiment.js";
import type { CheckedExperiment } from "./check-experiment.js";
import { findSameRun, hadSameFile } from "./finished-before.js";
import type { FinishedBefore, SameRun } from "./finished-before.js";

/** The answers of earlier runs that an experiment reuses. */
export interface PlannedReuse {
  /**
   * Set if nothing is sent, because the latest run has finished with the same content and settings.
   */
  readonly finished?: FinishedBefore;
  /** Set if earlier runs of the name have answers. */
  readonly answers?: ReusedAnswers;
}

/** Called with the reused answers before anything is sent. */
export type OnReuse = (reuse: PlannedReuse, name: string) => void | Promise<void>;

/** Counts of the first stage. Later stages reuse the answers to unchanged prompts. */
export interface ReusedAnswers {
  readonly stage: StageKind;
  /** Number of records whose answers are reused. */
  readonly reused: number;
  /** Number of records that are sent. */
  readonly sent: number;
}

/**
 * Finds what a start would reuse, before anything is sent. Empty with `again`, while the experiment
 * is running, and for a name without earlier runs.
 */
export async function planReuse(
  ostinato: Ostinato,
  experiment: CheckedExperiment,
): Promise<PlannedReuse> {
  const { name, again } = experiment;
  if (again || (await findExperiment(ostinato.client, name))?.open === true) return {};
  const { settings } = experiment;
  const same = await findSameRun(ostinato, {
    name,
    settings,
    hasSameInput: async (directory, manifest) => hadSameFile(directory, manifest, experiment),
  });
  if (same && (await haveMediaStayed(experiment, same))) {
    const { completed, failed, finishedAt, runId } = same;
    return { finished: { completed, failed, finishedAt, runId } };
  }
  return defined({ answers: await countReusable(experiment) });
}

/**
 * Counts the answers that a start can reuse; `undefined` with `again`, and without earlier runs.
 */
export async function countReusable(
  experiment: CheckedExperiment,
): Promise<ReusedAnswers | undefined> {
  const { name, settings, again } = experiment;
  const [first = { kind: "main", name } as const] = stagesOf({ settings });
  const { output } = await openDataFolder(settings.dataFolder);
  const completedFiles = again ? [] : await completedFilesOf(output, first.name);
  if (completedFiles.length === 0) return undefined;
  return { stage: first.kind, ...(await countAnswers(experiment, completedFiles)) };
}

/** Returns a sentence about the numbers of reused answers and sent records. */
export function reuseNotice(name: string, { stage, reused, sent }: ReusedAnswers): string {
  const noun = nouns[stage];
  const all = countOf(reused + sent, noun);
  const later = stage === "rephrase" ? " Answers to unchanged prompts are reused too." : "";
  if (reused === 0) {
    return `Earlier runs of ${name} have no answers to these ${noun}s: all are sent.${later}`;
  }
  const rest =
    sent === 0 ? "None is sent." : `${countOf(sent, noun)} ${sent === 1 ? "is" : "are"} sent.`;
  return `Earlier runs of ${name} have answers to ${countText(reused)} of ${all}; these are reused. ${rest}${later}`;
}

const nouns: Readonly<Record<StageKind, string>> = {
  rephrase: "rephrase",
  main: "record",
  segment: "row",
  judge: "question",
  aggregation: "line",
};

async function haveMediaStayed(
  experiment: CheckedExperiment,
  { completed, completedFile }: SameRun,
): Promise<boolean> {
  if (experiment.settings.rephrase) return true;
  return (await countAnswers(experiment, [completedFile])).reused >= completed;
}

async function countAnswers(
  experiment: CheckedExperiment,
  completedFiles: readonly string[],
): Promise<Omit<ReusedAnswers, "stage">> {
  return countsOf(await findReusable(experiment, completedFiles));
}

/** For each record of the first stage, in the order of the input, true if its answer is reused. */
export async function findReusable(
  { file, settings }: Pick<CheckedExperiment, "file" | "settings">,
  completedFiles: readonly string[],
): Promise<readonly boolean[]> {
  const { checkRecord } = await openProviders(settings.providers);
  const { rephrase } = settings;
  const form = await loadLineForm(settings.form);
  const lines = (): AsyncIterable<string> => validLines(file, checkRecord, form);
  const asked = rephrase ? rephraseLines(await readRephraseFolder(rephrase), lines) : lines();
  return areReusable(asked, completedFiles, settings);
}

/** For each record, true if one of the completed files has its answer. */
export async function areReusable(
  records: AsyncIterable<string>,
  completedFiles: readonly string[],
  settings: ExperimentSettings,
): Promise<readonly boolean[]> {
  const { mediaOf } = await openProviders(settings.providers);
  const runs = { completedFiles, mediaOf, ...earlierFactsOf(settings) };
  return (await findEarlierAnswers(records, runs)).map((line) => line !== undefined);
}

export function countsOf(areReused: readonly boolean[]): Omit<ReusedAnswers, "stage"> {
  const reused = areReused.filter((isReused) => isReused).length;
  return { reused, sent: areReused.length - reused };
}

function countOf(count: number, noun: string): string {
  return `${countText(count)} ${noun}${count === 1 ? "" : "s"}`;
}
