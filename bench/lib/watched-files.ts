import { mkdir, readdir, readFile, rename } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Manifest } from "../../src/domain/experiment/experiment.js";
import { readCompleted } from "./completed-file.js";
import { workflowTypes } from "../../workflows/messages.js";
import { writeInput } from "./input-file.js";
import type { SetUp } from "./set-up.js";
import { withClient } from "./with-client.js";

function nameOf(index: number): string {
  return `watched-${index.toString().padStart(4, "0")}`;
}

/**
 * Writes `count` files with one record each into the input folder, all at once and in the order of
 * their numbers.
 */
export async function dropFiles(setUp: SetUp, count: number): Promise<void> {
  const paths: string[] = [];
  for (let index = 0; index < count; index += 1) {
    paths.push(await writeInput(setUp, { name: nameOf(index), records: 1, firstId: index }));
  }
  const input = join(setUp.dataFolder, "input");
  await mkdir(input, { recursive: true });
  for (const path of paths) await rename(path, join(input, basename(path)));
}

/** The results for the dropped files. */
export interface WatchedFiles {
  /** Number of files whose experiment ran once, with its answer in one completed file. */
  readonly sound: number;
  /** Number of files without a completed file. */
  readonly lost: number;
  /** Number of files that ran more than once. */
  readonly twice: number;
  /** Number of files that are left in the input folder. */
  readonly left: number;
  /**
   * Maximum distance between a file's turn and the start of its experiment, in places. It is below
   * the number of concurrent experiments if the order is right.
   */
  readonly farthest: number;
  /**
   * The same for the preparation of the file. A kill of the worker delays the files in preparation
   * by up to 10 s, and others pass them.
   */
  readonly farthestPrepared: number;
}

export async function readWatched(setUp: SetUp, count: number): Promise<WatchedFiles> {
  const files = await Promise.all(
    Array.from({ length: count }, async (_, index) => readOne(setUp, index)),
  );
  const starts = await startsOf(setUp, count);
  const left = await readdir(join(setUp.dataFolder, "input"));
  return {
    sound: files.filter(({ isSound }) => isSound).length,
    lost: files.filter(({ runs }) => runs === 0).length,
    twice: files.filter(({ runs }) => runs > 1).length,
    left: left.filter((name) => name.endsWith(".jsonl")).length,
    farthest: farthestOf(starts),
    farthestPrepared: farthestOf(files.map(({ preparedAt }) => preparedAt)),
  };
}

/** Returns the times in ms at which the watch started the experiments, by index. */
async function startsOf(setUp: SetUp, count: number): Promise<readonly number[]> {
  const starts = new Map<string, number>();
  await withClient(setUp, async ({ workflow }) => {
    const query = `WorkflowType = "${workflowTypes.experiment}"`;
    for await (const { workflowId, startTime } of workflow.list({ query })) {
      starts.set(basename(workflowId), startTime.getTime());
    }
  });
  return Array.from({ length: count }, (_, index) => {
    const start = starts.get(nameOf(index));
    if (start === undefined) throw new Error(`The server has no experiment of ${nameOf(index)}.`);
    return start;
  });
}

/** @param times of all files, by index */
function farthestOf(times: readonly number[]): number {
  const order = times
    .map((time, index) => ({ time, index }))
    .toSorted((a, b) => a.time - b.time || a.index - b.index);
  return Math.max(0, ...order.map(({ index }, place) => Math.abs(index - place)));
}

async function readOne(
  setUp: SetUp,
  index: number,
): Promise<{ index: number; runs: number; isSound: boolean; preparedAt: number }> {
  const name = nameOf(index);
  const folder = join(setUp.dataFolder, "output", name);
  const names = await readdir(folder).catch(() => []);
  const inputs = names.filter((one) => one.includes("-input-"));
  const [completed, ...others] = names.filter((one) => one.includes("-completed-"));
  const state = names.find((one) => one.startsWith("."));
  if (completed === undefined || state === undefined) {
    return { index, runs: 0, isSound: false, preparedAt: Number.POSITIVE_INFINITY };
  }
  const { lines, wrongAnswers, lost } = await readCompleted(join(folder, completed), {
    records: 1,
    firstId: index,
  });
  const text = await readFile(join(folder, state, "manifest.json"), "utf8");
  // The file is ours: only the preparation writes it.
  const { createdAt } = JSON.parse(text) as Manifest;
  const runs = Math.max(1 + others.length, inputs.length);
  return {
    index,
    runs,
    isSound: runs === 1 && lines === 1 && wrongAnswers === 0 && lost === 0,
    preparedAt: createdAt,
  };
}
