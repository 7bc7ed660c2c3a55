import { setTimeout as sleep } from "node:timers/promises";
import { defined } from "../../domain/defined.js";
import { parseLine, recordOfParsed } from "../../client/report/read-records.js";
import { composeReport, limitsOf, openFacts } from "../../client/report/read-report.js";
import { hashOutput, withScoresSoFar } from "../../client/report/run-facts.js";
import type { OpenedFacts } from "../../client/report/read-report.js";
import type { LiveRun } from "../../domain/report/live-run.js";
import type { RecordQuery } from "../../domain/report/record-query.js";
import type {
  PageRange,
  PromptAnswers,
  PromptPage,
  RecordPage,
} from "../../domain/report/record-source.js";
import type { ReportRecord, ReportRow } from "../../domain/report/report-row.js";
import type { RunReport } from "../../domain/report/run-report.js";
import { UserError } from "../../domain/failure/user-error.js";
import { createReportTally } from "../../report/tally/report-tally.js";
import type { ReportSums } from "../../report/tally/report-tally.js";
import { joinedRows, rowsOfPrompts } from "../table/prompt-rows.js";
import { RecordTable } from "../table/record-table.js";
import { CurrentSearch } from "../search/current-search.js";
import type { SearchedRows, TextSearch } from "../search/text-search.js";
import { placedRecord } from "./placed-record.js";
import { openViewFile, withOutput } from "./saved-view.js";
import type { SavedView, ViewFile } from "./saved-view.js";
import { rowOf, shortened, textsOfLine } from "./shown-row.js";
import { openSegments } from "./segments.js";
import type { Segments } from "./segments.js";

const keptQueries = 8;
/** Number of records after which the server handles other requests. */
const recordsATurn = 500;
/** Time in ms for which a page of a search waits for its rows. */
const searchWaitMs = 120;
/** Minimum number of records for saving a view. A smaller run is read again quickly enough. */
const fewestSaved = 20_000;
/** Maximum bytes of a completed file to hash while a user waits for the page. */
const mostHashed = 1 << 26;
/** Time between two looks for a record that is not read yet. */
const lookMs = 50;

let versions = 0;

/** Returns a new version. Versions differ even between two readings of a run. */
function nextVersion(): number {
  versions += 1;
  return versions;
}

/** A run for the page. It is read once from its files, then kept up to date. */
export class RunView {
  readonly directory: string;
  readonly #segments: Segments;
  #facts: OpenedFacts;
  readonly #table = new RecordTable();
  readonly #tally = createReportTally();
  readonly #places = new Map<string, { readonly at: string; readonly places: Uint32Array }>();
  #fewestSaved = fewestSaved;
  /** Sums of a restored view. For all other views, the tally has the sums. */
  #sums: ReportSums | undefined;
  #saving: Promise<void> | undefined;
  readonly #search = new CurrentSearch();
  #report: { readonly version: number; readonly report: Promise<RunReport> } | undefined;
  #version = nextVersion();
  #isRead = false;
  #isStale = false;
  #isClosed = false;
  #failure: { readonly error: unknown } | undefined;
  #refreshing: Promise<void> | undefined;

  private constructor(directory: string, segments: Segments, facts: OpenedFacts) {
    this.directory = directory;
    this.#segments = segments;
    this.#facts = facts;
  }

  /**
   * Starts to read the run's records, which are available as soon as they are read.
   *
   * @param fewest minimum number of records of a finished run to save for the next server
   */
  static async open(directory: string, fewest = fewestSaved): Promise<RunView> {
    const segments = await openSegments(directory);
    const facts = await openFacts(directory, mostHashed);
    const view = new RunView(directory, segments, facts);
    view.#fewestSaved = fewest;
    view.#begin().catch((error: unknown) => {
      view.#failure = { error };
    });
    return view;
  }

  /** True if the run must be read again by another `RunView`, because its files were replaced. */
  get isStale(): boolean {
    return this.#isStale;
  }

  get isRead(): boolean {
    return this.#isRead || this.#failure !== undefined;
  }

  /** Reads the new records of a run in progress. */
  async refresh(): Promise<Pick<LiveRun, "version" | "progress">> {
    if (this.#failure) throw this.#failure.error;
    if (this.#isRead) {
      this.#refreshing ??= this.#readChanges().finally(() => (this.#refreshing = undefined));
      await this.#refreshing;
    }
    return { version: this.#version, ...(!this.#isRead && { progress: this.#progress() }) };
  }

  async report(): Promise<RunReport> {
    if (this.#report?.version !== this.#version) {
      const sums = this.#sums ?? this.#tally.sums(limitsOf(this.#facts.facts));
      const { directory } = this;
      const parts = { ...this.#facts, sums, readAt: Date.now(), directory };
      const report = withScoresSoFar(parts.facts, directory).then(async (facts) =>
        composeReport({ ...parts, facts }),
      );
      this.#report = { version: this.#version, report };
    }
    return await this.#report.report;
  }

  async page(query: RecordQuery, range: PageRange): Promise<RecordPage> {
    const { places, ...searched } = await this.#chosen(query, range);
    const { offset, limit } = range;
    const rows = await this.#rowsAt(places.subarray(offset, offset + limit));
    return { total: this.#table.rows, matched: places.length, rows, ...searched };
  }

  /** Returns the rows that answer the same prompt, for models side by side. */
  async prompts(query: RecordQuery, range: PageRange): Promise<PromptPage> {
    const { places, ...searched } = await this.#chosen(query, range);
    const { offset, limit } = range;
    const joined = joinedRows(this.#table, places);
    const wanted = joined.subarray(offset, offset + limit);
    const prompts: PromptAnswers[] = [];
    for (const placesOfPrompt of rowsOfPrompts(this.#table, wanted, query)) {
      const rows = await this.#rowsAt(placesOfPrompt);
      prompts.push({ prompt: rows[0]?.prompt ?? "", rows });
    }
    return { matched: joined.length, prompts, ...searched };
  }

  /** Waits for a record while the run is read: a link may open it at once. */
  async record(place: number): Promise<ReportRecord> {
    for (;;) {
      const isLast = this.isRead || this.#isClosed;
      const line = await this.#segments.lineAt(place);
      const record = line && (await placedRecord(line, this.#recordFacts()));
      if (record) return record;
      if (isLast) throw new UserError(`The run has no record ${place} with an outcome.`);
      await sleep(lookMs);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#search.end();
    await this.#saving;
    await this.#segments.close();
  }

  async #begin(): Promise<void> {
    const isSaved = this.#segments.file() && this.#segments.expected >= this.#fewestSaved;
    const file = isSaved ? await openViewFile(this.directory) : undefined;
    const saved = await file?.load();
    if (saved) this.#restore(saved);
    else await this.#read();
    if (!file || saved || this.#isClosed) return;
    this.#saving = this.#save(file);
    await this.#saving;
  }

  #restore({ facts, parts }: SavedView): void {
    this.#segments.restore(parts);
    this.#table.restore(parts);
    this.#sums = facts.sums;
    this.#facts = withOutput(this.#facts, facts.output);
    this.#isRead = true;
    this.#bump();
  }

  /** Saves a large run that was read. The hash takes seconds, so it is computed only now. */
  async #save(file: ViewFile): Promise<void> {
    const output = await hashOutput(this.directory);
    this.#facts = withOutput(this.#facts, output);
    this.#bump();
    const parts = this.#segments.save();
    if (!parts || this.#isClosed) return;
    const sums = this.#tally.sums(limitsOf(this.#facts.facts));
    await file.save({ facts: { sums, output }, parts: { ...parts, ...this.#table.save() } });
  }

  async #read(): Promise<void> {
    let count = 0;
    for await (const line of this.#segments.read()) {
      if (this.#isClosed) return;
      const record = await placedRecord(line, this.#recordFacts());
      if (record) this.#add(record);
      count += 1;
      if (count % recordsATurn === 0) await new Promise(setImmediate);
      if (count % (20 * recordsATurn) === 0) this.#bump();
    }
    this.#isRead = true;
    this.#bump();
  }

  async #readChanges(): Promise<void> {
    if (await this.#segments.areOthers()) {
      this.#isStale = true;
      return;
    }
    const places = await this.#segments.changes();
    for (const place of places) {
      const line = await this.#segments.lineAt(place);
      const record = line && (await placedRecord(line, this.#recordFacts()));
      if (record) this.#add(record);
    }
    if (places.length > 0) this.#bump();
  }

  #add(record: ReportRecord): void {
    // The sums cannot remove a record, so a second outcome of a record requires a new reading.
    if (this.#table.has(record.index)) this.#isStale = true;
    else this.#tally.add(record);
    this.#table.set(record);
    this.#search.noteRow(record);
  }

  #recordFacts(): { verdicts: OpenedFacts["verdicts"]["byId"] } & Pick<OpenedFacts, "modelOfStep"> {
    const { verdicts, modelOfStep } = this.#facts;
    return { verdicts: verdicts.byId, modelOfStep };
  }

  #bump(): void {
    this.#version = nextVersion();
  }

  #progress(): number {
    return Math.min(0.99, this.#table.places / Math.max(1, this.#segments.expected));
  }

  /** Returns the places of a query's rows, and the share that was searched so far. */
  async #chosen(
    query: RecordQuery,
    { offset, limit }: PageRange,
  ): Promise<{ readonly places: Uint32Array } & Pick<RecordPage, "searched">> {
    const search = this.#search.of(query, this.#table.places, () => this.#searchedRows());
    await search?.waitFor(offset + limit, searchWaitMs);
    const searched = search?.progress ?? 1;
    const places = this.#choose(query, search);
    return { places, ...(searched < 1 && { searched }) };
  }

  async #rowsAt(places: Iterable<number>): Promise<readonly ReportRow[]> {
    const rows: ReportRow[] = [];
    for (const place of places) {
      const row = await this.#rowAt(place);
      if (row) rows.push(shortened(row));
    }
    return rows;
  }

  async #rowAt(place: number): Promise<ReportRow | undefined> {
    const text = await this.#segments.textAt(place);
    const line = text === undefined ? undefined : parseLine(text);
    if (text === undefined || !line) return undefined;
    const record = recordOfParsed({ index: place, text, line, calls: [] }, this.#recordFacts());
    const sentAt = this.#table.numberAt(place, "sentAt");
    return { ...rowOf(record), ...defined({ sentAt }) };
  }

  #searchedRows(): SearchedRows {
    const file = this.#isRead ? this.#segments.file() : undefined;
    return {
      places: Math.max(this.#table.places, this.#segments.expected),
      has: (place) => this.#table.has(place),
      findIds: (word) => this.#table.findIds(word),
      textsOf: textsOfLine,
      lineAt: async (place) => this.#segments.textAt(place),
      ...defined({ file }),
    };
  }

  #choose(query: RecordQuery, search: TextSearch | undefined): Uint32Array {
    const key = JSON.stringify(query);
    const at = `${this.#version} ${this.#table.rows} ${search?.progress ?? ""}`;
    const known = this.#places.get(key);
    if (known?.at === at) return known.places;
    const places = this.#table.choose(query, search?.found);
    this.#places.delete(key);
    this.#places.set(key, { at, places });
    const [oldest] = this.#places.keys();
    if (this.#places.size > keptQueries && oldest !== undefined) this.#places.delete(oldest);
    return places;
  }
}
