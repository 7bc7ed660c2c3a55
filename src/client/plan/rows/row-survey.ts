import type { JsonObject } from "../../../domain/json/json.js";
import { rowDigest } from "./find-steps.js";
import type { KnownRows } from "./find-steps.js";
import { spreadRows } from "./spread-rows.js";

export interface RowSurveyOptions {
  /** Rows with answers of earlier runs. */
  readonly known: KnownRows;
  /** Maximum number of rows to run, from the first. @default all */
  readonly most?: number;
}

/** Counts the rows of a run by the steps that ask for them, and picks some rows to walk. */
export class RowSurvey {
  readonly #known: KnownRows;
  readonly #most: number;
  readonly #fresh = spreadRows<JsonObject>();
  readonly #changed = spreadRows<JsonObject>();
  /** Number of rows by the steps that ask again. */
  readonly #partly = new Map<ReadonlySet<string>, number>();
  /** Number of rows with answers from an earlier run, by `rowDigest`. */
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

  /** Uses the answers of an equal row. Each answer is used once. */
  #take(row: JsonObject): ReadonlySet<string> | undefined {
    if (this.#known.size === 0) return undefined;
    const digest = rowDigest(JSON.stringify(row));
    const known = this.#known.get(digest);
    const taken = this.#taken.get(digest) ?? 0;
    if (!known || taken >= known.count) return undefined;
    this.#taken.set(digest, taken + 1);
    return known.asked;
  }

  /** Number of rows for which no model is asked. */
  get reused(): number {
    return this.#reused;
  }

  /** Returns the number of rows for which a step asks a model. */
  rowsOf(step: string): number {
    const partly = [...this.#partly].map(([asked, rows]) => (asked.has(step) ? rows : 0));
    return partly.reduce((sum, rows) => sum + rows, this.#fresh.count());
  }

  /** Number of rows for which any step asks a model. */
  get asked(): number {
    return this.#rows - this.#reused;
  }

  /** Number of rows for which only some steps ask again. */
  get partlyReused(): number {
    return this.asked - this.#fresh.count();
  }

  /** Rows to walk. Rows without earlier answers are preferred, because they reach all steps. */
  get picked(): readonly JsonObject[] {
    return this.#fresh.count() > 0 ? this.#fresh.picked : this.#changed.picked;
  }
}
