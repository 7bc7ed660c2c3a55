import type { JsonObject } from "../../../domain/json/json.js";
import { rowDigest } from "./find-steps.js";
import type { KnownRows } from "./find-steps.js";
import { spreadRows } from "./spread-rows.js";

export interface RowSurveyOptions {
  /** Rows with answers of earlier runs. */
  readonly known: KnownRows;
  /** Number of rows that are run, from the first. @default all */
  readonly most?: number;
}

/** Counts the rows of a run by what is asked for them, and picks some to walk. */
export class RowSurvey {
  readonly #known: KnownRows;
  readonly #most: number;
  readonly #fresh = spreadRows<JsonObject>();
  readonly #changed = spreadRows<JsonObject>();
  /** By the steps that ask again: the number of rows. */
  readonly #partly = new Map<ReadonlySet<string>, number>();
  /** By `rowDigest`: the number of rows that have answers of an earlier run. */
  readonly #taken = new Map<string, number>();
  #rows = 0;
  #reused = 0;

  constructor({ known, most = Infinity }: RowSurveyOptions) {
    this.#known = known;
    this.#most = most;
  }

  add(row: JsonObject): void {
    if (this.#rows >= this.#most) return;
    this.#rows += 1;
    const asked = this.#take(row);
    if (!asked) {
      this.#fresh.add(row);
    } else if (asked.size === 0) {
      this.#reused += 1;
    } else {
      this.#partly.set(asked, (this.#partly.get(asked) ?? 0) + 1);
      this.#changed.add(row);
    }
  }

  /** Takes the answers of an equal row, each once. */
  #take(row: JsonObject): ReadonlySet<string> | undefined {
    if (this.#known.size === 0) return undefined;
    const digest = rowDigest(JSON.stringify(row));
    const known = this.#known.get(digest);
    const taken = this.#taken.get(digest) ?? 0;
    if (!known || taken >= known.count) return undefined;
    this.#taken.set(digest, taken + 1);
    return known.asked;
  }

  /** Rows of which nothing is asked. */
  get reused(): number {
    return this.#reused;
  }

  /** Rows of which a step asks. */
  rowsOf(step: string): number {
    const partly = [...this.#partly].map(([asked, rows]) => (asked.has(step) ? rows : 0));
    return partly.reduce((sum, rows) => sum + rows, this.#fresh.count());
  }

  /** Rows of which any step asks. */
  get asked(): number {
    return this.#rows - this.#reused;
  }

  /** Rows that are asked at some steps alone. */
  get partlyReused(): number {
    return this.asked - this.#fresh.count();
  }

  /** Rows to walk. Those that nobody has asked before tell of all steps. */
  get picked(): readonly JsonObject[] {
    return this.#fresh.count() > 0 ? this.#fresh.picked : this.#changed.picked;
  }
}
