import { wordsOf } from "../../domain/report/record-query.js";
import type { RecordQuery } from "../../domain/report/record-query.js";
import type { ReportRecord } from "../../domain/report/report-row.js";
import { TextSearch } from "./text-search.js";
import type { SearchedRows } from "./text-search.js";

/** The search of a run's page. It continues while the words stay the same. */
export class CurrentSearch {
  #words = "";
  #search: TextSearch | undefined;

  /**
   * Returns the search of a query; `undefined` for a query without words. New words, or more rows
   * than were searched, start a new search in place of the previous one.
   *
   * @param places number of the run's places
   * @param rowsOf returns the rows for a new search
   */
  of(query: RecordQuery, places: number, rowsOf: () => SearchedRows): TextSearch | undefined {
    const words = wordsOf(query).join(" ");
    if (words === "") return undefined;
    if (this.#search && this.#words === words && this.#search.covers(places)) return this.#search;
    this.end();
    this.#words = words;
    this.#search = new TextSearch(query, rowsOf());
    return this.#search;
  }

  /** Searches a record that has just been read. */
  noteRow(record: ReportRecord): void {
    this.#search?.noteRow(record.index, record);
  }

  end(): void {
    this.#search?.end();
  }
}
