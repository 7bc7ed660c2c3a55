import type { MappedLine } from "../../../domain/flow/inputs/map-line.js";
import { rowDigest } from "./find-steps.js";
import { spreadRows } from "./spread-rows.js";

/** Counts the lines of a batch run by their inputs, and picks some to walk. */
export class LineCounts {
  readonly #picked = spreadRows<MappedLine>();
  /** Number of lines by the `rowDigest` of their inputs. */
  readonly counts = new Map<string, number>();
  #lines = 0;

  add(line: MappedLine): void {
    this.#lines += 1;
    this.#picked.add(line);
    // A line with an error never runs, so it has no answers.
    if (line.error) return;
    const digest = rowDigest(JSON.stringify(line.inputs));
    this.counts.set(digest, (this.counts.get(digest) ?? 0) + 1);
  }

  /** Number of all lines. */
  get lines(): number {
    return this.#lines;
  }

  get picked(): readonly MappedLine[] {
    return this.#picked.picked;
  }
}
