import { UserError } from "../../domain/failure/user-error.js";
import { defined } from "../../domain/defined.js";
import { costTarget } from "../../domain/money/budget.js";
import type { ExpectedEnd } from "../../domain/progress/expected-end.js";
import type { Hold } from "../../domain/progress/hold.js";
import { readCodeLog } from "../../storage/batch/code-log.js";
import type { CodeText } from "../../storage/batch/code-log.js";
import { readLife, stateAfter } from "../../storage/log/record-life.js";
import type { RecordLife, RecordState } from "../../storage/log/record-life.js";
import { segmentFolders } from "../../storage/run/pipeline/segment-folder.js";
import { findManifest, runPaths } from "../../storage/run/run-folder.js";
import type { Ostinato } from "../connection/ostinato.js";
import { experimentStatus } from "./experiment-status.js";
import { findPresentRun } from "./find-run.js";
import type { FindOptions } from "../connection/find-options.js";
import { isOver } from "./status.js";
import type { ExperimentStatus, GroupStatus } from "./status.js";

/** The next event of a record that has no outcome yet. */
export interface NextForRecord {
  readonly state: ExperimentStatus["state"];
  /** The reason why its group's calls do not go faster. */
  readonly heldBy?: Hold;
  /** The API's words, if its model waits for a person. */
  readonly blocked?: string;
  /** True if it waits for a larger sum of `maxCost`. */
  readonly needsMoney?: true;
  /** The expected end of its group. */
  readonly ends?: ExpectedEnd;
}

/** The life of one record, or of a row of a pipeline or batch run. */
export interface RecordReport extends RecordLife {
  readonly name: string;
  readonly id: string;
  readonly state: RecordState;
  /** Texts that the code of a batch run's line has printed, in the order of time. */
  readonly printed?: readonly CodeText[];
  /** Set for an open record. */
  readonly next?: NextForRecord;
}

export interface AskedRecord {
  /** Name of the experiment. */
  readonly name: string;
  /** The record's `id` or `line_number`, otherwise its line of the input, from 1. */
  readonly id: string;
  /**
   * `<api>/<model>`, where several records have the id. @default the first that failed, otherwise
   * the first that is open, otherwise the first
   */
  readonly model?: string;
}

/**
 * Tells what happened to a record and what comes next. Reads the files, so it also works without a
 * worker, and after the end.
 */
export async function whyRecord(
  ostinato: Ostinato,
  { name, id, model }: AskedRecord,
  options: FindOptions = {},
): Promise<RecordReport> {
  // Throws for an unknown name.
  const status = await experimentStatus(ostinato, name, options);
  const { directory } = await findPresentRun(ostinato, name, options);
  if (directory === undefined) {
    throw new UserError(`The experiment "${name}" is not prepared yet. Try again in a moment.`);
  }
  const lives: RecordLife[] = [];
  for (const segment of await segmentFolders(directory)) {
    const life = (await findManifest(segment)) && (await readLife(segment, id, model));
    if (life) lives.push(life);
  }
  const [first] = lives;
  if (!first) {
    throw new UserError(
      `The experiment "${name}" has no record${model === undefined ? "" : ` of ${model}`} with the id ${JSON.stringify(id)}, and no such line. ` +
        "Give an id of the input, or the number of its line, from 1.",
    );
  }
  const events = lives.flatMap((life) => life.events);
  const state = stateAfter(events);
  const next = state === "open" && !isOver(status.state) ? nextFor(status, first) : undefined;
  const printed = await printedIn(directory, first);
  return { name, id, ...first, events, state, ...defined({ printed, next }) };
}

async function printedIn(
  directory: string,
  { lineNumber }: RecordLife,
): Promise<readonly CodeText[] | undefined> {
  if (lineNumber === undefined) return undefined;
  const texts = await readCodeLog(runPaths(directory).codeLog, lineNumber);
  return texts.length === 0 ? undefined : texts;
}

function nextFor(
  { state, groups, blocked }: ExperimentStatus,
  { group, target }: RecordLife,
): NextForRecord {
  const own: GroupStatus | undefined = groups.find(({ name }) => name === group);
  const block = blocked.find((one) => one.target === target || one.target === costTarget);
  return {
    state,
    ...defined({ heldBy: own?.heldBy }),
    ...(block && { blocked: block.reason }),
    ...(block?.target === costTarget && { needsMoney: true }),
    ...defined({ ends: own?.ends }),
  };
}
