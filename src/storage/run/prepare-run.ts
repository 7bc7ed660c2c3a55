import { mkdir, rm, rmdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import type {
  Manifest,
  PreparedExperiment,
  PrepareExperimentInput,
  StageOfExperiment,
} from "../../domain/experiment/experiment.js";
import { defined } from "../../domain/defined.js";
import { UserError } from "../../domain/failure/user-error.js";
import type { BuiltIndexes } from "../index/build-indexes.js";
import { buildIndexes } from "../index/build-indexes.js";
import { buildRowIndex } from "../index/build-row-index.js";
import { createMediaCheck } from "../media/check-media.js";
import type { MediaOf } from "../media/check-media.js";
import { claimRun, findClaimed } from "./claim-run.js";
import type { KnownColumns } from "../../domain/record/csv-record.js";
import type { LineForm } from "../../domain/record/input-form.js";
import { asJsonLines, needsForming } from "../input/experiment-lines.js";
import { errorCode } from "../../domain/failure/error-code.js";
import { hashFile } from "../files/hash-file.js";
import { isThere } from "../files/is-there.js";
import { moveFile } from "../files/move-file.js";
import type { RunPaths } from "./run-folder.js";
import { fileNameOf, findManifest, givenInput, invalidGroup, runPaths } from "./run-folder.js";
import type { CheckRecord } from "../input/scan-input.js";
import { slug } from "../index/slug.js";
import { forgetOrigin } from "../input/stage-input.js";
import { takeOverCompleted } from "../batch/take-over-lines.js";
import { earlierFactsOf } from "../reuse/earlier-answers.js";
import { takeOverAlike } from "./take-over-alike.js";
import { takeOver } from "./take-over.js";
import { writeAtomically, writeJsonAtomically } from "../files/write-atomically.js";

/**
 * Prepares a run in steps: claim a stamp, check the input and build the indexes, move the input,
 * write the manifest. A process may die after any step. A repetition for the same workflow run
 * continues in the claimed folder and repeats incomplete steps. Once the manifest exists, its
 * content is the answer.
 *
 * Nothing is moved before the whole input is checked. A rejected input stays in place and leaves no
 * folder.
 */
export interface PrepareRunContext {
  /** Run id of the calling workflow. */
  readonly runId: string;
  readonly checkRecord: CheckRecord;
  /** Returns the files of the media folder that a record's call reads. @default none */
  readonly mediaOf?: MediaOf;
  /**
   * Loads the rules for making records from the input's lines, and keeps their template in the
   * state folder. Safe to repeat. Throws a `UserError`, e.g. for a template that has changed.
   * @default the rules for every input
   */
  readonly loadForm?: (directory: string) => Promise<LineForm>;
  /** True if an API's records are sent model by model. @default false for all APIs */
  readonly sortsByModel?: (api: string) => boolean;
  readonly now: () => Date;
  /** Called at short intervals during long reads. */
  readonly onProgress?: () => void;
  /** Copies the run's other inputs to the state folder. Safe to repeat. */
  readonly keep?: (directory: string) => Promise<void>;
  /** Writes the input atomically. Set if the run has no given input. */
  readonly makeInput?: (path: string, directory: string) => Promise<void>;
  /** Completed files whose completed outcomes are reused for identical requests, oldest first. */
  readonly earlier?: readonly string[];
  /** State folder of the run. @default a new folder with its own stamp */
  readonly directory?: string;
  /** The run's stage of the experiment. */
  readonly stage?: StageOfExperiment;
  /** State folders of the experiment's earlier stages. */
  readonly earlierStages?: readonly string[];
}

/** Prepares a run. Safe to repeat. Throws a `UserError` for an invalid input. */
export async function prepareRun(
  input: PrepareExperimentInput,
  context: PrepareRunContext,
): Promise<PreparedExperiment> {
  const { settings } = input;
  const directory = await folderOf(input, context);
  const manifest = (await findManifest(directory)) ?? (await fillRun(directory, input, context));
  const { stamp, groups, targets, records } = manifest;
  return { directory, stamp, slug: slug(settings.name), groups, targets, records };
}

async function folderOf(
  { settings, inputPath }: PrepareExperimentInput,
  { directory, runId, now }: PrepareRunContext,
): Promise<string> {
  const folder = directory ?? join(settings.dataFolder, "output", fileNameOf(settings.name));
  await mkdir(folder, { recursive: true });
  if (directory !== undefined) return directory;
  return (await findClaimed(folder, runId)) ?? claimRun(folder, { runId, inputPath }, now);
}

async function fillRun(
  directory: string,
  given: PrepareExperimentInput,
  context: PrepareRunContext,
): Promise<Manifest> {
  const paths = runPaths(directory);
  const input = await withItsInput(paths, given, context);
  const source = await sourceOf(paths, input);
  const { built, form, isFormed, known } = await checkedOrWithdrawn({
    paths,
    source,
    input,
    context,
  });
  const place = isFormed ? givenInput(directory, input.inputName) : paths.input;
  if (isFormed) await writeAtomically(paths.input, asJsonLines(source, form, known), directory);
  if (source !== place) await moveToRun(source, place);
  if (input.settingsPath !== undefined && (await isThere(input.settingsPath))) {
    await moveToRun(input.settingsPath, paths.settings);
  }
  await forgetOrigin(input.inputPath);
  const { checked, groups } = built;
  const manifest: Manifest = {
    version: 2,
    settings: input.settings,
    stamp: paths.stamp,
    runId: context.runId,
    inputPath: paths.input,
    inputSha256: isFormed ? await hashFile(paths.input) : checked.sha256,
    groups,
    targets: checked.targets,
    records: checked.records,
    invalid: checked.invalid,
    createdAt: context.now().getTime(),
    ...defined({ stage: context.stage, earlierStages: context.earlierStages }),
    ...defined({ started: input.started }),
    ...(input.pipeline?.segments && { segment: input.pipeline.segment ?? 0 }),
  };
  await writeJsonAtomically(paths.manifest, manifest);
  return manifest;
}

/** Returns the current path of the input: its original path, or its place in the output folder. */
async function sourceOf(paths: RunPaths, input: PrepareExperimentInput): Promise<string> {
  const given = givenInput(paths.directory, input.inputName);
  for (const path of [input.inputPath, given]) if (await isThere(path)) return path;
  return paths.input;
}

async function withItsInput(
  paths: RunPaths,
  given: PrepareExperimentInput,
  { keep, makeInput }: PrepareRunContext,
): Promise<PrepareExperimentInput> {
  const { directory } = paths;
  try {
    await keep?.(directory);
    if (!makeInput) return given;
    const inputPath = join(directory, "input.jsonl");
    if (!(await isThere(paths.input))) await makeInput(inputPath, directory);
    return { ...given, inputPath };
  } catch (error) {
    if (error instanceof UserError) await withdraw(paths);
    throw error;
  }
}

interface Filling {
  readonly paths: RunPaths;
  readonly source: string;
  readonly input: PrepareExperimentInput;
  readonly context: PrepareRunContext;
}

interface Filled {
  readonly built: BuiltIndexes;
  readonly form: LineForm;
  /** True if the text of the records differs from the input's lines. */
  readonly isFormed: boolean;
  /** Columns of an input that is a table. */
  readonly known: KnownColumns;
}

async function checkedOrWithdrawn(filling: Filling): Promise<Filled> {
  const { paths, source, input, context } = filling;
  const isMoved = source !== input.inputPath;
  try {
    const form = (await context.loadForm?.(paths.directory)) ?? {};
    const isPlain = source === paths.input || input.pipeline !== undefined;
    // The input is read first, because another attempt that counted as dead may move the file
    // meanwhile.
    const isFormed = !isPlain && (await needsForming(source, form));
    const known: KnownColumns = {};
    const built = await writeState(filling, { form, isFormed, known });
    return { built, form, isFormed, known };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (isMoved && (await isThere(source))) await moveFile(source, input.inputPath);
    await withdraw(paths);
    throw error;
  }
}

async function withdraw({ directory }: RunPaths): Promise<void> {
  await rm(directory, { recursive: true, force: true });
  await removeIfEmpty(dirname(directory));
}

async function writeState(
  filling: Filling,
  { form, isFormed, known }: Omit<Filled, "built">,
): Promise<BuiltIndexes> {
  const { paths, source, input, context } = filling;
  const { settings, inputPath, inputName } = input;
  const { checkRecord, mediaOf, sortsByModel, onProgress } = context;
  const { pipeline } = input;
  if (pipeline) {
    const { name } = settings;
    const rows = await buildRowIndex(source, { name, pipeline, ...defined({ onProgress }) });
    await rows.write(paths.directory, context.now());
    const earlier = pipeline.flow?.takeOver;
    if (earlier !== undefined) {
      await takeOverCompleted({ directory: paths.directory, inputPath: source, earlier });
    }
    return rows;
  }
  const built = await buildIndexes(source, settings, {
    checkRecord,
    skipInvalid: settings.skipInvalid,
    form,
    known,
    label: basename(inputPath) === inputName ? inputPath : inputName,
    // The files of records with existing answers are not needed.
    ...(mediaOf &&
      input.takeOver === undefined && {
        checkMedia: createMediaCheck(join(settings.dataFolder, "media"), mediaOf),
      }),
    ...defined({ sortsByModel, onProgress }),
  });
  await built.write(paths.directory, context.now());
  await takeOverEarlier(filling, { built, form, isFormed, known });
  return built;
}

/** Writes the outcomes of earlier runs that this run reuses. */
async function takeOverEarlier(
  { paths, source, input, context }: Filling,
  { built, form, isFormed, known }: Filled,
): Promise<void> {
  const { directory } = paths;
  const { earlier: completedFiles, mediaOf, onProgress } = context;
  if (input.takeOver !== undefined) {
    const groups = built.groups.map((group) => group.slug);
    const slugs = built.checked.invalid > 0 ? [...groups, invalidGroup] : groups;
    await takeOver({ directory, slugs, inputPath: source, completedFile: input.takeOver }, groups);
  }
  if (!completedFiles) return;
  // The indexes contain offsets in the JSON lines.
  if (isFormed) await writeAtomically(paths.input, asJsonLines(source, form, known), directory);
  await takeOverAlike({
    directory,
    groups: built.groups,
    completedFiles,
    inputPath: isFormed ? paths.input : source,
    ...earlierFactsOf(input.settings),
    ...defined({ mediaOf, onProgress }),
  });
}

async function moveToRun(from: string, to: string): Promise<void> {
  try {
    await moveFile(from, to);
  } catch (error) {
    // An earlier attempt of the activity that counted as dead may have just moved it.
    if (errorCode(error) !== "ENOENT" || !(await isThere(to))) throw error;
  }
}

async function removeIfEmpty(folder: string): Promise<void> {
  try {
    await rmdir(folder);
  } catch (error) {
    const code = errorCode(error);
    if (code !== "ENOTEMPTY" && code !== "EEXIST" && code !== "ENOENT") throw error;
  }
}
