import type { RecordQuery } from "../../domain/report/record-query.js";
import { valueOf, valuePrefix } from "../../domain/report/record-query.js";
import type { ReportRow, RowStatus } from "../../domain/report/report-row.js";
import { grownTo } from "../../storage/lines/growing.js";
import { ValueColumn } from "./value-column.js";

/** A row's status by its number in the table; 0 is no row. */
const statuses: readonly (RowStatus | undefined)[] = [undefined, "completed", "failed", "dropped"];

const ownColumns = [
  ...["model", "group", "error", "sentAt", "latencyMs"],
  ...["attempts", "inputTokens", "outputTokens", "cost"],
];
const mostValueColumns = 40;

/**
 * The rows of a run without their texts: all that filters and sorts need, in typed arrays, about
 * 100 bytes per record and its id.
 */
export class RecordTable {
  readonly #ids: string[] = [];
  readonly #columns = new Map(ownColumns.map((name) => [name, new ValueColumn()]));
  #status = new Uint8Array();
  #rows = 0;

  /** Number of rows. */
  get rows(): number {
    return this.#rows;
  }

  /** Places, with and without a row. */
  get places(): number {
    return this.#ids.length;
  }

  has(place: number): boolean {
    return (this.#status[place] ?? 0) !== 0;
  }

  idAt(place: number): string {
    return this.#ids[place] ?? "";
  }

  numberAt(place: number, column: string): number | undefined {
    return this.#columns.get(column)?.numberAt(place);
  }

  set(row: ReportRow): void {
    const place = row.index;
    if (!this.has(place)) this.#rows += 1;
    while (this.#ids.length < place) this.#ids.push("");
    this.#ids[place] = row.id;
    this.#status = grownTo(this.#status, place);
    this.#status[place] = statuses.indexOf(row.status);
    for (const name of Object.keys(row.values)) this.#addColumn(valuePrefix + name);
    for (const [name, column] of this.#columns) column.set(place, valueOf(row, name));
  }

  /** The places of a query's rows in its order, without its search. */
  choose(query: RecordQuery, isFound: (place: number) => boolean): Uint32Array {
    const tests = [...this.#tests(query), isFound];
    const chosen = new Uint32Array(this.#rows);
    let count = 0;
    for (let place = 0; place < this.#ids.length; place += 1) {
      if (!this.has(place) || !tests.every((test) => test(place))) continue;
      chosen[count] = place;
      count += 1;
    }
    return this.#sorted(chosen.subarray(0, count), query);
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

  #sorted(places: Uint32Array, { sort }: RecordQuery): Uint32Array {
    const { column: name, descending } = sort;
    if (name === "id" || name === "status") {
      const textOf = (place: number): string =>
        name === "id" ? this.idAt(place) : (statuses[this.#status[place] ?? 0] ?? "");
      const sign = descending ? -1 : 1;
      return places.sort((a, b) => sign * compareTexts(textOf(a), textOf(b)) || a - b);
    }
    const column = this.#columns.get(name);
    if (column) return column.sorted(places, descending);
    return name === "index" && descending ? places.reverse() : places;
  }
}

function compareTexts(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
