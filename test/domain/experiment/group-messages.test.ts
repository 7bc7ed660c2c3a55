import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  canStartPage,
  groupAtStart,
  isFinished,
  pageDone,
  pageLost,
  pageSent,
  refused,
  resumed,
  startPage,
} from "../../../src/domain/experiment/group-state.js";
import type { GroupState } from "../../../src/domain/experiment/group-state.js";
import type { PageReport } from "../../../src/domain/experiment/page-report.js";
import { countPositions, positionsOf, rangesOf } from "../../../src/domain/experiment/ranges.js";
import type { Range } from "../../../src/domain/experiment/ranges.js";

interface PageModel {
  readonly page: number;
  readonly ranges: readonly Range[];
  readonly resumes: number;
  position?: number;
  report?: PageReport;
}

const steps = ["start", "sent", "done", "repeat", "lost", "resumed", "refused"] as const;
const anyStep = fc.record({
  step: fc.constantFrom(...steps),
  pick: fc.nat(1_000),
  seed: fc.array(fc.constantFrom("completed", "failed", "left", "blocked"), {
    minLength: 1,
    maxLength: 7,
  }),
});
type Step = typeof anyStep extends fc.Arbitrary<infer Value> ? Value : never;

/** A group and its pages, which say what pages may say, late and twice included. */
class Group {
  readonly records: number;
  state: GroupState;
  readonly #pages: PageModel[] = [];

  constructor(records: number) {
    this.records = records;
    this.state = groupAtStart({ requestsPerMinute: 600 }, { ranges: [[0, records]], firstPage: 0 });
  }

  take({ step, pick, seed }: Step): void {
    const told = this.#pages.filter(({ position }) => position !== undefined);
    const page = this.#pages[pick % Math.max(1, this.#pages.length)];
    const ways: Record<(typeof steps)[number], () => void> = {
      start: () => this.#start(),
      sent: () => this.#sent(page, pick),
      done: () => this.#done(told[pick % Math.max(1, told.length)], seed),
      repeat: () => this.#repeat(page),
      lost: () => void (this.state = page ? pageLost(this.state, page.page) : this.state),
      resumed: () => void (this.state = resumed(this.state)),
      refused: () => this.#refused(pick),
    };
    ways[step]();
  }

  #start(): void {
    if (!canStartPage(this.state)) return;
    this.state = startPage(this.state);
    const { nextPage, remaining, resumes } = this.state;
    this.#pages.push({ page: nextPage - 1, ranges: remaining, resumes });
  }

  #sent(page: PageModel | undefined, pick: number): void {
    if (!page || page.position !== undefined) return;
    const last = page.ranges.at(-1)?.[1] ?? 0;
    const first = page.ranges[0]?.[0] ?? 0;
    page.position = first + (pick % (last - first + 1));
    this.state = pageSent(this.state, { page: page.page, position: page.position });
  }

  #done(page: PageModel | undefined, seed: Step["seed"]): void {
    if (!page || page.report) return;
    const own = [...positionsOf(page.ranges)].filter((one) => one < page.position!);
    const of = (what: Step["seed"][number]): number[] =>
      own.filter((_, index) => seed[index % seed.length] === what);
    page.report = {
      page: page.page,
      completed: of("completed").length,
      failed: of("failed").length,
      left: rangesOf(of("left")),
      blocked: rangesOf(of("blocked")),
      resumes: Math.min(this.state.resumes, page.resumes + (seed.length % 2)),
    };
    this.state = pageDone(this.state, page.report);
  }

  #refused(pick: number): void {
    const target = { target: `a/${pick % 2}`, reason: "" };
    this.state = refused(this.state, pick % 3, [target]);
  }

  #repeat(page: PageModel | undefined): void {
    if (page?.position !== undefined)
      this.state = pageSent(this.state, { page: page.page, position: page.position });
    if (page?.report) this.state = pageDone(this.state, page.report);
  }

  /** Each position as often as a place has it. */
  placed(): number[] {
    const { remaining, left, blockedRanges, pages } = this.state;
    return [remaining, left, blockedRanges, ...pages.map(({ sent }) => sent ?? [])].flatMap(
      (ranges) => [...positionsOf(ranges)],
    );
  }

  /** All answers come: the group ends. */
  end(): void {
    for (let round = 0; round < 50 && !isFinished(this.state); round += 1) {
      for (const { page, sent } of this.state.pages) {
        if (sent === null) this.state = pageSent(this.state, { page, position: this.records });
        const own = this.state.pages.find((one) => one.page === page)?.sent ?? [];
        const completed = countPositions(own);
        const { resumes } = this.state;
        const report = { page, completed, failed: 0, left: [], blocked: [], resumes };
        this.state = pageDone(this.state, report);
      }
      this.state = resumed(this.state);
      if (canStartPage(this.state)) this.state = startPage(this.state);
    }
  }
}

describe("through any sequence of messages", () => {
  test("every record of a group is in exactly one place", () => {
    fc.assert(
      fc.property(fc.nat(40), fc.array(anyStep, { maxLength: 40 }), (records, taken) => {
        const group = new Group(records);
        for (const step of taken) {
          group.take(step);
          const placed = group.placed();
          expect(new Set(placed).size).toBe(placed.length);
          expect(placed.length + group.state.completed + group.state.failed).toBe(records);
          expect(group.state.pages.filter(({ sent }) => sent === null).length).toBeLessThan(2);
        }
      }),
      { numRuns: 400 },
    );
  });

  test("a group whose calls are answered in the end comes to its end, with each record counted once", () => {
    fc.assert(
      fc.property(fc.nat(40), fc.array(anyStep, { maxLength: 30 }), (records, taken) => {
        const group = new Group(records);
        for (const step of taken) group.take(step);
        group.end();
        expect(isFinished(group.state)).toBe(true);
        expect(group.state.completed + group.state.failed).toBe(records);
      }),
      { numRuns: 200 },
    );
  });

  test("what a group knows is plain JSON, as it travels through a continue-as-new", () => {
    fc.assert(
      fc.property(fc.nat(40), fc.array(anyStep, { maxLength: 20 }), (records, taken) => {
        const group = new Group(records);
        for (const step of taken) group.take(step);
        expect(JSON.parse(JSON.stringify(group.state))).toEqual(group.state);
      }),
    );
  });
});
