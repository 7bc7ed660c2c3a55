import { joinDays } from "../../src/domain/experiment/next-day.js";
import type { NextDay } from "../../src/domain/experiment/next-day.js";
import type { Range } from "../../src/domain/experiment/ranges.js";
import { leftInReport } from "../../src/domain/experiment/page-report.js";
import type { PageReport } from "../../src/domain/experiment/page-report.js";

/**
 * Records that a page leaves: unsent records, and records whose `<api>/<model>` waits for a person.
 */
export class LeftRecords {
  readonly #left: Range[] = [];
  readonly #blocked: Range[] = [];
  #nextDay: NextDay | undefined;
  #resumes: number;
  #coarse = false;

  /** @param resumes number of resumes of the experiment at the start of the page */
  constructor(resumes: number) {
    this.#resumes = resumes;
  }

  get resumes(): number {
    return this.#resumes;
  }

  leave(ranges: readonly Range[], isCoarse = false): void {
    this.#left.push(...ranges);
    this.#coarse ||= isCoarse;
  }

  leaveForNextDay(rows: NextDay | undefined): void {
    this.#nextDay = joinDays(this.#nextDay, rows);
  }

  /**
   * Notes blocked records. @param resumes number of resumes at their send. Records that were
   * blocked before the last resume are only left.
   */
  block(ranges: readonly Range[], resumes: number): void {
    (resumes < this.#resumes ? this.#left : this.#blocked).push(...ranges);
  }

  /**
   * Moves the blocked records to the left ones. They were refused before the repair, so they need
   * no second repair.
   */
  resume(resumes: number): void {
    this.#resumes = Math.max(this.#resumes, resumes);
    this.#left.push(...this.#blocked.splice(0));
  }

  report(): Pick<PageReport, "left" | "blocked" | "resumes" | "coarse" | "nextDay"> {
    return {
      ...leftInReport({
        left: this.#left,
        blocked: this.#blocked,
        nextDay: this.#nextDay,
        coarse: this.#coarse,
      }),
      resumes: this.#resumes,
    };
  }
}
