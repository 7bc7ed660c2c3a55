import type { RecordQuery, Sort } from "../../domain/report/record-query.js";
import { valueOf, valuePrefix } from "../../domain/report/record-query.js";
import type { ReportRow, RowStatus } from "../../domain/report/report-row.js";
import type { SavedParts } from "../../storage/lines/array-file.js";
import { grownTo } from "../../storage/lines/grown-to.js";
import { IdColumn } from "./id-column.js";
import { RowJoins } from "./row-joins.js";
import { sortByNumber } from "./sort-by-number.js";
import { ValueColumn } from "./value-column.js";

/** Statuses of rows by their numbers in the table. 0 means that there is no row. */
const statuses: readonly (RowStatus | undefined)[] = [undefined, "completed", "failed", "dropped"];

const ownColumns = [
  ...["model", "group", "error", "sentAt", "latencyMs", "attempts"],
  ...["inputTokens", "outputTokens", "cost", "promptLength", "answerLength"],
];
const mostValueColumns = 40;
/** Maximum number of stored orders. Each takes 4 bytes per record. */
const keptOrders = 8;

/**
 * The rows of a run without their texts. Typed arrays contain all data for filters, sorting and
 * joins, about 160 bytes per record.
 */
export class RecordTable {
  readonly #ids = new IdColumn();
  readonly #columns = new Map(ownColumns.map((name) => [name, new ValueColumn()]));
  /** All rows in the order of a sort, by sort. */
  readonly #orders = new Map<string, Uint32Array>();
  /** Hash of each prompt. Rows are joined by it. */
  #prompts = new ValueColumn();
  readonly #equality = {
    ids: (one: number, other: number): boolean => this.#ids.areEqual(one, other),
    prompts: (one: number, other: number): boolean =>
      this.#prompts.numberAt(one) === this.#prompts.numberAt(other),
  };
  /** Absent after a change that the joins cannot follow. */
  #joins: RowJoins | undefined = new RowJoins(this.#equality);
  #status = new Uint8Array();
  #rows = 0;
  #places = 0;

  /** Number of rows. */
  get rows(): number {
    return this.#rows;
  }

  /** Number of places, with and without a row. */
  get places(): number {
    return this.#places;
  }

  has(place: number): boolean {
    return (this.#status[place] ?? 0) !== 0;
  }

  idAt(place: number): string {
    return this.#ids.at(place);
  }

  numberAt(place: number, column: string): number | undefined {
    return this.#columns.get(column)?.numberAt(place);
  }

  /** Marks the places with an id that contains a word. Returns `undefined` if there are none. */
  findIds(word: string): Uint8Array | undefined {
    return this.#ids.find(word, this.#places);
  }

  set(row: ReportRow): void {
    const place = row.index;
    const isNew = !this.has(place);
    const isSame = !isNew && this.idAt(place) === row.id && this.#hasPrompt(place, row.prompt);
    if (isNew) this.#rows += 1;
    this.#places = Math.max(this.#places, place + 1);
    this.#ids.set(place, row.id);
    this.#status = grownTo(this.#status, place);
    this.#status[place] = statuses.indexOf(row.status);
    for (const name in row.values) this.#addColumn(valuePrefix + name);
    for (const [name, column] of this.#columns) column.set(place, valueOf(row, name));
    this.#prompts.set(place, hashOf(row.prompt));
    if (isNew && this.#joins?.canGrow === true) this.#join(this.#joins, place);
    else if (!isSame) this.#joins = undefined;
    if (this.#orders.size > 0) this.#orders.clear();
  }

  joins(): RowJoins {
    this.#joins ??= this.#joined();
    return this.#joins;
  }

  /**
   * Returns a function that is true for the place of a row that matches the query, without its
   * search.
   */
  fits(query: RecordQuery): (place: number) => boolean {
    const tests = this.#tests(query);
    return (place) => this.has(place) && fits(place, tests);
  }

  /**
   * Returns the places of a query's rows in its order, without its search. The caller must not
   * change them.
   *
   * @param isFound for each place, 1 if the row was found. @default all rows
   */
  choose(query: RecordQuery, isFound?: Uint8Array): Uint32Array {
    const order = this.#orderOf(query.sort);
    const tests = this.#tests(query);
    if (tests.length === 0 && !isFound) return order;
    const chosen = new Uint32Array(order.length);
    let count = 0;
    for (let index = 0; index < order.length; index += 1) {
      const place = order[index] ?? 0;
      if (isFound?.[place] === 0 || !fits(place, tests)) continue;
      chosen[count] = place;
      count += 1;
    }
    return chosen.subarray(0, count);
  }

  save(): SavedParts {
    const names = [...this.#columns.keys()];
    const columns = names.map((name, number) => {
      const column = this.#columns.get(name);
      return [`column ${number}`, (column ?? new ValueColumn()).save(this.#places)] as const;
    });
    const status = this.#status.subarray(0, this.#places);
    return {
      table: {
        facts: { names, rows: this.#rows, places: this.#places },
        arrays: { status, ...this.joins().save(this.#places) },
      },
      ids: this.#ids.save(this.#places),
      prompts: this.#prompts.save(this.#places),
      ...Object.fromEntries(columns),
    };
  }

  restore({ table, ids, prompts, ...columns }: SavedParts): void {
    if (!table || !ids || !prompts) throw new Error("Expected a saved table of records.");
    // The facts are ours: only `save` writes them.
    const facts = table.facts as { names: readonly string[]; rows: number; places: number };
    this.#rows = facts.rows;
    this.#places = facts.places;
    this.#status = table.arrays["status"] as Uint8Array<ArrayBuffer>;
    this.#ids.restore(ids);
    this.#prompts.restore(prompts);
    this.#joins = RowJoins.restored(table, this.#equality);
    for (const [number, name] of facts.names.entries()) {
      const saved = columns[`column ${number}`];
      const column = new ValueColumn();
      if (saved) column.restore(saved);
      this.#columns.set(name, column);
    }
    this.#orders.clear();
  }

  #joined(): RowJoins {
    const joins = new RowJoins(this.#equality);
    for (const place of this.#all()) this.#join(joins, place);
    return joins;
  }

  #join(joins: RowJoins, place: number): void {
    joins.add(place, {
      idHash: hashOf(this.idAt(place)) >>> 0,
      promptHash: (this.#prompts.numberAt(place) ?? 0) >>> 0,
    });
  }

  #hasPrompt(place: number, prompt: string): boolean {
    return this.#prompts.numberAt(place) === hashOf(prompt);
  }

  #addColumn(name: string): void {
    const isFull = this.#columns.size >= ownColumns.length + mostValueColumns;
    if (!this.#columns.has(name) && !isFull) this.#columns.set(name, new ValueColumn());
  }

  #tests({ statuses: wanted, ...query }: RecordQuery): ((place: number) => boolean)[] {
    const lists = { model: query.models, group: query.groups, error: query.errors };
    const tests = Object.entries(lists)
      .filter(([, texts]) => texts.length > 0)
      .map(([name, texts]) => this.#columns.get(name)?.isOneOf(texts) ?? (() => false));
    if (wanted.length === 0) return tests;
    const isWanted = statuses.map((status) => status !== undefined && wanted.includes(status));
    return [...tests, (place) => isWanted[this.#status[place] ?? 0] ?? false];
  }

  #orderOf(sort: Sort): Uint32Array {
    const key = JSON.stringify(sort);
    const order = this.#orders.get(key) ?? this.#sorted(sort);
    this.#orders.delete(key);
    this.#orders.set(key, order);
    const [oldest] = this.#orders.keys();
    if (this.#orders.size > keptOrders && oldest !== undefined) this.#orders.delete(oldest);
    return order;
  }

  #sorted({ column: name, descending }: Sort): Uint32Array {
    const places = this.#all();
    if (name === "id") return this.#ids.sorted(places, descending);
    if (name === "status") {
      const names = [...statuses].sort();
      const rankOf = statuses.map((status) => names.indexOf(status));
      const keys = Float64Array.from(places, (place) => rankOf[this.#status[place] ?? 0] ?? 0);
      return sortByNumber(places, keys, descending);
    }
    const column = this.#columns.get(name);
    if (column) return column.sorted(places, descending);
    return name === "index" && descending ? places.reverse() : places;
  }

  /** Returns all places with a row, in the order of the input. */
  #all(): Uint32Array {
    const all = new Uint32Array(this.#rows);
    let count = 0;
    for (let place = 0; place < this.#places; place += 1) {
      if ((this.#status[place] ?? 0) === 0) continue;
      all[count] = place;
      count += 1;
    }
    return all;
  }
}

/**
 * Returns a hash of 53 bits (cyrb53). The chance that any two of a million prompts have the same
 * hash is 1 : 18,000.
 */
function hashOf(text: string): number {
  let one = 0xdead_beef;
  let other = 0x41c6_ce57;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    one = Math.imul(one ^ code, 2_654_435_761);
    other = Math.imul(other ^ code, 1_597_334_677);
  }
  one =
    Math.imul(one ^ (one >>> 16), 2_246_822_507) ^ Math.imul(other ^ (other >>> 13), 3_266_489_909);
  other =
    Math.imul(other ^ (other >>> 16), 2_246_822_507) ^ Math.imul(one ^ (one >>> 13), 3_266_489_909);
  return 2 ** 32 * (other & 0x1f_ffff) + (one >>> 0);
}

function fits(place: number, tests: readonly ((place: number) => boolean)[]): boolean {
  for (const test of tests) if (!test(place)) return false;
  return true;
}
