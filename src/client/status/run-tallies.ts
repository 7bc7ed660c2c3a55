import { computedOnce } from "../../domain/computed.js";
import { defined } from "../../domain/defined.js";
import type { Manifest } from "../../domain/experiment/experiment.js";
import { remedyFor } from "../../domain/failure/remedy-for.js";
import { shellWord } from "../../domain/shell-word.js";
import { openFileBlocks } from "../../storage/files/file-blocks.js";
import { FilePool } from "../../storage/files/file-pool.js";
import { openGroupIndex } from "../../storage/index/group-index.js";
import { CallTally } from "../../storage/log/call-tally.js";
import type { CallCounts } from "../../storage/log/call-tally.js";
import { ErrorLog } from "../../storage/log/error-log.js";
import type { FailureGroup } from "../../storage/log/error-log.js";
import { StepSpending } from "../../storage/log/step-spending.js";
import { idsIn } from "../../storage/log/record-search.js";
import type { OutcomeReader } from "../../storage/log/outcome-reader.js";

/** The failures of one kind. Times are in ms since the epoch. */
export interface ErrorGroup extends Omit<FailureGroup, "sample"> {
  /** The record of the newest one, by its line of the input, from 1. */
  readonly line?: number;
  /** Its id, by which `why` finds it; absent if the input has none. */
  readonly id?: string;
  /** Tells the user what to do. It mostly contains a command. */
  readonly remedy: string;
}

type RecordPlace = Pick<ErrorGroup, "line" | "id">;

/** The records of a group that ended within a time of at most a minute. */
export interface RecentEnds {
  readonly ended: number;
  readonly windowMs: number;
}

/** Facts of a run's log beside its outcomes. */
export interface RunTallies {
  /** By the group's slug, as below. */
  readonly calls: ReadonlyMap<string, CallCounts>;
  readonly recent: ReadonlyMap<string, RecentEnds>;
  /** For a pipeline or a flow. */
  readonly steps: StepSpending;
  /** The newest kind first. */
  readonly errors: readonly ErrorGroup[];
}

/** Failures read at one look, so that a look at a run with many stays quick. */
const mostReadAtOnce = 5_000;
const mostShown = 10;
/** Answers of an earlier run. */
const takenOver = ".taken-over.jsonl";

export const noCalls: CallCounts = { sent: 0, answered: 0, retried: 0, held: 0, failed: 0 };

/** Counts the calls and failures of a run while its log is read. */
export class TallyReader {
  readonly #manifest: Manifest;
  readonly #directory: string;
  readonly #tallies: ReadonlyMap<string, CallTally>;
  readonly #errors: ErrorLog;
  readonly #steps = new StepSpending();
  /** Records of the input by `<slug>/<position>`. */
  readonly #places = new Map<string, Promise<RecordPlace>>();

  constructor(directory: string, manifest: Manifest) {
    this.#directory = directory;
    this.#manifest = manifest;
    this.#errors = new ErrorLog(directory);
    this.#tallies = new Map(
      manifest.groups.map(({ slug, targets }) => [slug, new CallTally(targets !== undefined)]),
    );
  }

  watch(slug: string, reader: OutcomeReader): void {
    const tally = this.#tallies.get(slug);
    reader.watch((file, entry) => {
      this.#steps.note(entry);
      if (file.endsWith(takenOver)) return;
      tally?.note(entry, Date.now());
      this.#errors.note(slug, file, entry);
    });
  }

  async tallies(): Promise<RunTallies> {
    await this.#errors.read(mostReadAtOnce);
    const nowMs = Date.now();
    const all = [...this.#tallies];
    const groups = this.#errors.groups().slice(0, mostShown);
    return {
      calls: new Map(all.map(([slug, tally]) => [slug, tally.counts()])),
      recent: new Map(all.map(([slug, tally]) => [slug, tally.recent(nowMs)])),
      steps: this.#steps,
      errors: await Promise.all(groups.map(async (group) => this.#shown(group))),
    };
  }

  async #shown({ sample, ...group }: FailureGroup): Promise<ErrorGroup> {
    const key = `${sample.group}/${sample.position}`;
    const place = await computedOnce(this.#places, key, () => this.#placeOf(sample));
    const remedy = remedyFor(group.type, shellWord(this.#manifest.settings.name));
    return { ...group, ...place, remedy };
  }

  async #placeOf({ group, position }: FailureGroup["sample"]): Promise<RecordPlace> {
    const files = new FilePool(1);
    const blocks = openFileBlocks();
    try {
      const index = await openGroupIndex(this.#directory, group, files);
      const [entry] = await index.read(position, 1);
      if (!entry) return {};
      const { line, offset, length } = entry;
      const text = await blocks.readText(this.#manifest.inputPath, offset, length);
      return { line, ...defined({ id: idsIn(text)[0] }) };
    } finally {
      await files.dropAll();
      await blocks.close();
    }
  }
}

export function sumOfCalls(one: CallCounts, other: CallCounts): CallCounts {
  return {
    sent: one.sent + other.sent,
    answered: one.answered + other.answered,
    retried: one.retried + other.retried,
    held: one.held + other.held,
    failed: one.failed + other.failed,
  };
}
