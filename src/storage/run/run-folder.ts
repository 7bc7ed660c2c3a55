import { basename, dirname, join } from "node:path";

import type { Manifest } from "../../domain/experiment/experiment.js";
import { UserError } from "../../domain/failure/user-error.js";
import { isThere } from "../files/is-there.js";
import { readJson } from "../files/read-json.js";
import { slug } from "../index/slug.js";
import { endingOf } from "../input/input-format.js";

/**
 * The paths of a run's files: what people read lies in `<data>/output/<name>/` and begins with the
 * run's stamp; the running state lies in the folder `.<stamp>` beside it.
 *
 * The state folder also has these files:
 *
 * - `<group>.index`: offsets of the group's records in the input
 * - `<group>.<process>.jsonl`, `<group>.<process>.positions`: a process's log of the group
 * - `row-keys`, `reuse.*`: the keys of the rows, and where earlier runs have answers for them
 * - `global/<step>.jsonl`: the rows behind a global step
 * - `max-cost.json`: the sum that `resume --max-cost` has set
 * - `dropped.json`: the models that `cancel --model` has dropped
 * - `reserved.<process>`: the money that a process has reserved for its calls in flight
 * - `view.cache`: what `ostinato view` read of a large run. Deleting it costs a reading.
 *
 * Some parts of a run are runs of their own beside it, with a folder and files: `.<stamp>-segment-2/`
 * and `<stamp>-segment-2-…` for the second segment of a pipeline with global steps, and
 * `.aggregation/` and `aggregation-…` in the state folder for an aggregation that asks models.
 */
export interface RunPaths {
  /** The state folder. */
  readonly directory: string;
  readonly stamp: string;
  /** The workflow run that owns the folder: its first file. */
  readonly claim: string;
  /** The prepared run: written last by the preparation. */
  readonly manifest: string;
  /** The pipeline that walks the rows, if it is one. */
  readonly pipeline: string;
  /** The flow that handles the lines, if it is a batch run. */
  readonly flow: string;
  /** Result of the flow's aggregation over all completed lines. */
  readonly aggregation: string;
  /** Folder of the bundled modules of its functions, or of the files of its flow. */
  readonly code: string;
  /** The template of the prompts, if they have one. */
  readonly template: string;
  /** Marks the end of logging. */
  readonly sealed: string;
  /** Counts of the completed file: written just before it gets its name. */
  readonly counts: string;
  /** Summary of the scores in the completed file. */
  readonly scores: string;
  /** Result of the run: written last by the finish. */
  readonly result: string;
  /** Result of a segment, for a pipeline with global steps. */
  readonly segmentResult: string;
  /** Tells processes to begin nothing more. */
  readonly stop: string;
  /** Tells processes to abort calls in flight. */
  readonly abort: string;
  /**
   * The input, byte for byte if its lines are the records. A table or other JSON lines lie beside
   * it, see `givenInput`.
   */
  readonly input: string;
  /** The settings that lay beside it in a watched folder. */
  readonly settings: string;
  /** The answers, written at the end. */
  readonly completed: string;
  /** The same as a table, if requested. */
  readonly completedCsv: string;
  /** The dataset card of a pipeline's result. */
  readonly card: string;
  /** The pipeline with all parameters. */
  readonly pipelineYaml: string;
  /** Its graph, with the counts of the run. */
  readonly pipelineDrawing: string;
  /** The outputs of a batch run's completed lines. */
  readonly output: string;
  /** The result of a batch run, metrics included. */
  readonly batchResult: string;
  /** Texts that the code of a batch run's lines has printed. The file is missing if there are none. */
  readonly codeLog: string;
  /** One line per failed attempt. */
  readonly log: string;
}

/**
 * The group of the lines that `skipInvalid` skipped. It is not in the manifest, and nothing of it
 * is sent.
 */
export const invalidGroup = "invalid";

/**
 * An experiment's name in file names: the name itself if every system accepts it, otherwise its
 * slug.
 */
export function fileNameOf(name: string): string {
  // Percent signs are reserved for slugs, so two names never share a folder.
  const safe = /^[^./\\:*?"<>|%\p{Cc}][^/\\:*?"<>|%\p{Cc}]*$/u.test(name) && !/[. ]$/.test(name);
  return safe && Buffer.byteLength(name) <= 120 ? name : slug(name);
}

/** @param directory the run's state folder. */
export function runPaths(directory: string): RunPaths {
  const stamp = basename(directory).slice(1);
  const folder = dirname(directory);
  const name = basename(folder);
  return {
    directory,
    stamp,
    claim: join(directory, "claim.json"),
    manifest: join(directory, "manifest.json"),
    pipeline: join(directory, "pipeline.json"),
    flow: join(directory, "flow.json"),
    aggregation: join(directory, "aggregation.json"),
    code: join(directory, "code"),
    template: join(directory, "template.jinja"),
    sealed: join(directory, "sealed.json"),
    counts: join(directory, "counts.json"),
    scores: join(directory, "scores.json"),
    result: join(directory, "result.json"),
    segmentResult: join(directory, "segment-result.json"),
    stop: join(directory, "stop"),
    abort: join(directory, "abort"),
    input: join(folder, `${stamp}-input-${name}.jsonl`),
    settings: join(folder, `${stamp}-settings-${name}.json`),
    completed: join(folder, `${stamp}-completed-${name}.jsonl`),
    completedCsv: join(folder, `${stamp}-completed-${name}.csv`),
    card: join(folder, `${stamp}-README.md`),
    pipelineYaml: join(folder, `${stamp}-pipeline.yaml`),
    pipelineDrawing: join(folder, `${stamp}-pipeline.mmd`),
    output: join(folder, `${stamp}-output.jsonl`),
    batchResult: join(folder, `${stamp}-result.json`),
    codeLog: join(folder, `${stamp}-code-log.jsonl`),
    log: join(folder, `${stamp}-log-${name}.txt`),
  };
}

/** The place of an input whose records had to be made: beside the JSON lines with them. */
export function givenInput(directory: string, inputName: string): string {
  const { stamp, input } = runPaths(directory);
  const ending = endingOf(inputName);
  if (ending !== ".jsonl") return input.replace(/\.jsonl$/, ending);
  const name = basename(dirname(directory));
  return join(dirname(input), `${stamp}-original-${name}.jsonl`);
}

/** The file with the rows of a pipeline's leaf. */
export function leafFile(directory: string, leaf: string, suffix: "jsonl" | "parquet"): string {
  const { stamp, input, completed } = runPaths(directory);
  const path = join(dirname(directory), `${stamp}-${leaf}.${suffix}`);
  // A leaf may be called `input-<name>`.
  const isTaken = path === input || path === completed;
  return isTaken ? join(dirname(directory), `${stamp}-rows-of-${leaf}.${suffix}`) : path;
}

/** The manifest of a run, or `undefined` if its preparation has not ended. */
export async function findManifest(directory: string): Promise<Manifest | undefined> {
  const path = runPaths(directory).manifest;
  // Only prepareRun writes it, so checking its version is enough.
  const manifest = (await readJson(path)) as Manifest | undefined;
  const version: number | undefined = manifest?.version;
  if (version !== undefined && version !== 2) {
    throw new UserError(
      `Expected a run of version 2, got version ${version} in ${JSON.stringify(path)}. Another version of Ostinato made it. Read it with that version.`,
    );
  }
  return manifest;
}

/**
 * True if a run's state folder was moved or deleted. False if this machine cannot see the data
 * folder's `output`, because the run may be intact on its workers' machine.
 */
export async function isRunMissing(directory: string): Promise<boolean> {
  if (await isThere(directory)) return false;
  return isThere(dirname(dirname(directory)));
}

/** The message for the missing folder of an open run. */
export function runMissing(directory: string): string {
  return `The run's folder ${JSON.stringify(directory)} is missing. Move it back to continue, or end the experiment with \`ostinato cancel\`.`;
}

/** The message for a missing folder, or another missing file, of a run that has ended. */
export function endedRunMissing(path: string): string {
  return `${JSON.stringify(path)} is missing: it was moved or deleted. Move it back to read it, or run the input again.`;
}

export async function readManifest(directory: string): Promise<Manifest> {
  const manifest = await findManifest(directory);
  if (manifest) return manifest;
  if (!(await isThere(directory))) throw new Error(runMissing(directory));
  throw new Error(
    `Expected a prepared run in ${JSON.stringify(directory)}, found no manifest.json.`,
  );
}

/**
 * The place of the input of an experiment with a rephrase stage, as in prompto:
 * `output/post-rephrase-pilot/pilot.jsonl`.
 */
export function originalInput(
  { dataFolder, name }: { readonly dataFolder: string; readonly name: string },
  inputName: string,
): string {
  const folder = join(dataFolder, "output", fileNameOf(`post-rephrase-${name}`));
  return join(folder, `${fileNameOf(name)}${endingOf(inputName)}`);
}

/** The existing original input. Beside a table there are the JSON lines that were made of it. */
export async function findOriginalInput(
  experiment: Parameters<typeof originalInput>[0],
): Promise<string> {
  const lines = originalInput(experiment, ".jsonl");
  const table = originalInput(experiment, ".csv");
  return !(await isThere(lines)) && (await isThere(table)) ? table : lines;
}
