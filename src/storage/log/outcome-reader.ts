import { open } from "node:fs/promises";
import { join } from "node:path";

import type { CallLine, LogLine, StepLine } from "../../domain/record/log-line.js";
import type { LogEntry } from "./log-entry.js";
import { listLogFiles } from "./log-files.js";
import type { LogTail } from "./log-tail.js";
import { followLog } from "./log-tail.js";
import type { LinePlace } from "./open/open-chats.js";
import { OutcomeTable } from "./outcome-table.js";
import { shareReading } from "./share-reading.js";

export type { RecordStatus } from "./outcome-table.js";

export type RefusedLine = Extract<LogLine, { readonly kind: "refused" }>;
export type TurnLine = Extract<LogLine, { readonly kind: "turn" }>;
export type OutcomeLine = Extract<LogLine, { readonly kind: "outcome" }>;

/** The outcome log of a group, read from the files of all processes at the last `refresh`. */
export class OutcomeReader {
  readonly table: OutcomeTable;
  /** Reads the new log lines. Concurrent calls share one reading that begins after all of them. */
  readonly refresh: () => Promise<void>;
  readonly #directory: string;
  readonly #slug: string;
  readonly #tails = new Map<string, LogTail>();
  readonly #noted = new Set<string>();
  #watcher: ((fileName: string, entry: LogEntry) => void) | undefined;
  readonly #newRefusals: LinePlace[] = [];
  readonly #latestRefusals = new Map<string, RefusedLine>();

  /** @param records number of the group's records */
  constructor(directory: string, slug: string, records: number) {
    this.#directory = directory;
    this.#slug = slug;
    this.table = new OutcomeTable(records);
    this.refresh = shareReading(async () => this.#readNew());
  }

  /**
   * Marks a file as this process's own: its lines arrive through `note`, and `refresh` ignores it.
   */
  noteOwn(fileName: string): void {
    this.#noted.add(fileName);
  }

  /** Calls `onEntry` for each line that is read later. */
  watch(onEntry: (fileName: string, entry: LogEntry) => void): void {
    this.#watcher = onEntry;
  }

  note(fileName: string, entry: LogEntry): void {
    this.#watcher?.(fileName, entry);
    const { offset, length } = entry;
    if (entry.kind === "refused") this.#newRefusals.push({ file: fileName, offset, length });
    this.table.note(fileName, entry);
  }

  async readOutcome(position: number): Promise<OutcomeLine | undefined> {
    const place = this.table.placeOf(position);
    // The table returns only places of outcomes.
    return place && ((await readLine(this.#directory, place)) as OutcomeLine);
  }

  /** Returns the logged turns of a chat without an outcome, in order. */
  async turnsOf(position: number): Promise<TurnLine[]> {
    const lines: TurnLine[] = [];
    // The table returns only places of turns.
    for (const place of this.table.turnsOf(position)) {
      lines.push((await readLine(this.#directory, place)) as TurnLine);
    }
    return lines;
  }

  /** Returns one of these turns. */
  async turnOf(position: number, turn: number): Promise<TurnLine | undefined> {
    const place = this.table.turnsOf(position)[turn];
    // The table returns only places of turns.
    return place && ((await readLine(this.#directory, place)) as TurnLine);
  }

  /** Returns an ended call or a recorded value of a row without an outcome. */
  async journalLineOf(position: number, call: number): Promise<CallLine | StepLine | undefined> {
    const place = this.table.journalPlaceOf(position, call);
    // The table returns only places of these two kinds.
    return place && ((await readLine(this.#directory, place)) as CallLine | StepLine);
  }

  /** Returns the latest refusal of each `<api>/<model>`. */
  async refusals(): Promise<readonly RefusedLine[]> {
    for (let place = this.#newRefusals[0]; place; place = this.#newRefusals[0]) {
      // Only places of refused lines are kept here.
      const line = (await readLine(this.#directory, place)) as RefusedLine;
      if (this.#newRefusals[0] === place) this.#newRefusals.shift();
      const latest = this.#latestRefusals.get(line.target);
      if (!latest || latest.finishedAt <= line.finishedAt)
        this.#latestRefusals.set(line.target, line);
    }
    return [...this.#latestRefusals.values()];
  }

  async #readNew(): Promise<void> {
    for (const name of await listLogFiles(this.#directory, this.#slug)) {
      if (this.#noted.has(name)) continue;
      const tail = this.#tails.get(name) ?? followLog(this.#directory, name);
      this.#tails.set(name, tail);
      await tail.read((entry) => {
        // The file may have become this process's own since the reading began.
        if (!this.#noted.has(name)) this.note(name, entry);
      });
    }
  }
}

async function readLine(directory: string, place: LinePlace): Promise<LogLine> {
  const { file, offset, length } = place;
  const handle = await open(join(directory, file), "r");
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(length), 0, length, offset);
    // The lines are ours: only Ostinato writes a log.
    return JSON.parse(buffer.toString("utf8", 0, bytesRead)) as LogLine;
  } finally {
    await handle.close();
  }
}
