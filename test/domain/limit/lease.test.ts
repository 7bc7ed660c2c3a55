import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type {
  GroupAsk,
  LeaseAnswer,
  LeaseRequest,
} from "../../../src/domain/limit/lease-messages.js";
import { emptyLimit, horizonMs, isIdle, limitRate } from "../../../src/domain/limit/state.js";
import type { LimitState } from "../../../src/domain/limit/state.js";
import { lease } from "../../../src/domain/limit/lease.js";
import { countSlots, instantsOf } from "../../../src/domain/limit/slots.js";

const start = 1_700_000_000_000;
/** The first slot that a lease at `start` can give: nearer ones would come late. */
const firstAt = start + 150;

/** Slots lie a thousandth further apart than the rate asks, for calls that arrive unevenly. */
const stretch = 1.001;
const minuteOfSlots = 60_000 * stretch;

function ask(group: string, requestsPerMinute: number, rest: Partial<GroupAsk> = {}): GroupAsk {
  return {
    group,
    requestsPerMinute,
    priority: 3,
    wanted: 1_000_000,
    claimed: 0,
    running: 0,
    ...rest,
  };
}

interface Simulated {
  readonly sends: { readonly atMs: number; readonly group: string }[];
  readonly leases: number;
  readonly state: LimitState;
}

/** Processes that each ask when they are told to, for a while, and use every slot. */
function simulate(
  asksOf: Readonly<Record<string, (nowMs: number) => readonly GroupAsk[]>>,
  durationMs: number,
  from: LimitState = emptyLimit,
): Simulated {
  let state = from;
  let leases = 0;
  const sends: { atMs: number; group: string }[] = [];
  const dueAtMs = new Map(Object.keys(asksOf).map((process, index) => [process, start + index]));
  for (let nowMs = start; nowMs < start + durationMs; nowMs += 1) {
    for (const [process, asks] of Object.entries(asksOf)) {
      if ((dueAtMs.get(process) ?? 0) > nowMs) continue;
      const request: LeaseRequest = { process, asks: asks(nowMs) };
      const [next, answer] = lease(state, request, nowMs);
      state = next;
      leases += 1;
      dueAtMs.set(process, answer.askAgainAtMs);
      sends.push(...sendsOf(answer));
    }
  }
  sends.sort((a, b) => a.atMs - b.atMs);
  return { sends, leases, state };
}

function sendsOf(answer: LeaseAnswer): { atMs: number; group: string }[] {
  return answer.grants.flatMap(({ group, slots }) =>
    [...instantsOf(slots)].map((atMs) => ({ atMs, group })),
  );
}

function mostInAnyMinute(sends: readonly { readonly atMs: number }[]): number {
  let most = 0;
  let first = 0;
  sends.forEach((send, index) => {
    while ((sends[first]?.atMs ?? 0) <= send.atMs - 60_000) first += 1;
    most = Math.max(most, index - first + 1);
  });
  return most;
}

function inTheFirstMinute(sends: readonly { readonly atMs: number }[]): number {
  return sends.filter(({ atMs }) => atMs < firstAt + minuteOfSlots - 0.1).length;
}

describe("a slow limit", () => {
  const perMinute = (): readonly GroupAsk[] => [ask("slow", 1)];

  test("is asked twice for each slot by its only process", () => {
    // A slot each 60.06 s. The process asks 50 s after it got the last one, and when the next one
    // is near.
    const { sends, leases } = simulate({ one: perMinute }, 295_000);
    expect({ slots: sends.length, leases }).toEqual({ slots: 5, leases: 10 });
  });

  test("is asked every 15 s while a call is in flight, and by one of two processes", () => {
    const first = lease(emptyLimit, { process: "one", asks: perMinute() }, start);
    const running = { process: "one", asks: [ask("slow", 1, { claimed: 1, running: 1 })] };
    const [state, answer] = lease(first[0], running, start + 500);
    expect(answer.askAgainAtMs).toBe(start + 15_500);
    const [, other] = lease(state, { process: "two", asks: perMinute() }, start + 1_000);
    expect(other.askAgainAtMs).toBe(start + 16_000);
  });

  test("is asked every 15 s while it has a cap, which may be raised", () => {
    const capped = { ...emptyLimit, cap: { requestsPerMinute: 1 } };
    const [, answer] = lease(capped, { process: "one", asks: [ask("fast", 600)] }, start);
    expect(answer.askAgainAtMs).toBe(start + 15_000);
  });
});

describe("a slow group beside the rate of another", () => {
  test.each([600_000, 5_000_000])(
    "of %i a minute has its slots, and costs none of them",
    (rate) => {
      const [before] = lease(
        emptyLimit,
        { process: "fast", asks: [ask("fast", rate, { wanted: 1 })] },
        start,
      );
      let state = before;
      let slots = 0;
      for (let nowMs = start + 1_000; nowMs <= start + 13_000; nowMs += 500) {
        const asks = [ask("slow", 10, { wanted: 100 })];
        const [next, answer] = lease(state, { process: "slow", asks }, nowMs);
        state = next;
        slots += sendsOf(answer).length;
        // All that lies between its slots is kept as a run or two, not slot by slot.
        expect(state.freeSlots.length).toBeLessThan(4);
      }
      // At 1.15 s, then every 6.006 s: 7.156 and 13.162.
      expect(slots).toBe(3);
    },
  );

  test("leaves it what lies between", () => {
    const fast = { process: "fast", asks: [ask("fast", 60_000, { wanted: 1 })] };
    const [one] = lease(emptyLimit, fast, start);
    const slow = { process: "slow", asks: [ask("slow", 60, { wanted: 2 })] };
    const [two, answer] = lease(one, slow, start);
    // The fast group has 150; the slow one 151.001 and, 1,001 ms after it was due at 150, 1,151.
    expect(sendsOf(answer).map(({ atMs }) => atMs - start)).toEqual([
      expect.closeTo(151.001, 2),
      expect.closeTo(1_151, 2),
    ]);
    expect(countSlots(two.freeSlots)).toBe(998);
    expect(two.freeSlots).toHaveLength(1);
  });
});

describe("one group on a limit", () => {
  test.each([10, 500, 3_000, 60_000])(
    "sends at its rate of %i a minute but for a thousandth",
    (rate) => {
      const { sends } = simulate({ one: () => [ask("a", rate)] }, 62_000);
      const minute = sends.filter(({ atMs }) => atMs < firstAt + minuteOfSlots - 0.1);
      expect(minute).toHaveLength(rate);
      const last = minute.at(-1)?.atMs ?? 0;
      expect(last - (minute[0]?.atMs ?? 0)).toBeCloseTo(((rate - 1) * minuteOfSlots) / rate, 1);
    },
  );

  test("has its first slot as soon as it can be used and none further ahead than two seconds", () => {
    const [, answer] = lease(emptyLimit, { process: "one", asks: [ask("a", 600)] }, start);
    const instants = sendsOf(answer).map(({ atMs }) => atMs);
    expect(instants[0]).toBe(firstAt);
    expect(instants).toHaveLength(19);
    expect(Math.max(...instants)).toBeLessThan(start + horizonMs);
  });

  test("never has more than 600,000 slots a minute, whatever it asks for", () => {
    const asks = [ask("a", 5_000_000)];
    const [state, answer] = lease(emptyLimit, { process: "one", asks }, start);
    // From 150 ms to 2,000 ms ahead, one each 0.1001 ms.
    expect(sendsOf(answer)).toHaveLength(Math.ceil(1_850 / 0.1001));
    expect(limitRate(state, start)).toBe(600_000);
  });

  test("is leased some 0.7 s at a time, not slot by slot", () => {
    const { leases } = simulate({ one: () => [ask("a", 6_000)] }, 60_000);
    expect(leases).toBeLessThan(100);
  });

  test("does not burst after an outage", () => {
    const [before] = lease(emptyLimit, { process: "one", asks: [ask("a", 600)] }, start);
    const [, answer] = lease(before, { process: "one", asks: [ask("a", 600)] }, start + 30_000);
    const instants = sendsOf(answer).map(({ atMs }) => atMs - firstAt - 30_000);
    expect(instants).toHaveLength(19);
    instants.forEach((atMs, index) => expect(atMs).toBeCloseTo(index * 100 * stretch, 2));
  });

  test("goes on from its last slot at a raised rate", () => {
    const [before, first] = lease(
      emptyLimit,
      { process: "one", asks: [ask("a", 10, { wanted: 1 })] },
      start,
    );
    expect(sendsOf(first)).toHaveLength(1);
    const [, answer] = lease(before, { process: "one", asks: [ask("a", 600)] }, start + 50);
    expect(sendsOf(answer)[0]?.atMs).toBeCloseTo(firstAt + 100 * stretch, 2);
  });
});

describe("several groups on a limit", () => {
  test("take turns: sixty of 1,200 a minute make 1,200, twenty each", () => {
    const asks = Array.from({ length: 60 }, (_, index) => ask(`group ${index.toString()}`, 1_200));
    const { sends } = simulate({ one: () => asks }, 62_000);
    expect(inTheFirstMinute(sends)).toBe(1_200);
    const counts = asks.map(
      ({ group }) =>
        sends.filter((send) => send.group === group && send.atMs < firstAt + minuteOfSlots - 0.1)
          .length,
    );
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
  });

  test("make together the largest rate that one of them asks for", () => {
    const { sends } = simulate({ one: () => [ask("slow", 10), ask("fast", 600)] }, 62_000);
    expect(inTheFirstMinute(sends)).toBe(600);
    const slow = sends.filter(
      ({ group, atMs }) => group === "slow" && atMs < firstAt + minuteOfSlots - 0.1,
    );
    expect(slow).toHaveLength(10);
  });

  test("of rates that fit no grid each keep their own", () => {
    const { sends } = simulate({ one: () => [ask("odd", 110), ask("fast", 600)] }, 182_000);
    const odd = sends.filter(({ group, atMs }) => group === "odd" && atMs < firstAt + 180_000);
    expect(odd.length).toBeGreaterThanOrEqual(328);
    expect(odd.length).toBeLessThanOrEqual(331);
    expect(mostInAnyMinute(sends)).toBeLessThanOrEqual(601);
  });

  test("of two processes make the limit together, about half each", () => {
    const { sends } = simulate({ one: () => [ask("a", 600)], two: () => [ask("b", 600)] }, 62_000);
    expect(inTheFirstMinute(sends)).toBeGreaterThanOrEqual(599);
    expect(mostInAnyMinute(sends)).toBeLessThanOrEqual(601);
    const half = sends.filter(
      ({ group, atMs }) => group === "a" && atMs < firstAt + minuteOfSlots - 0.1,
    ).length;
    expect(half).toBeGreaterThan(250);
    expect(half).toBeLessThan(360);
  });

  test("of two processes at a low rate starve neither", () => {
    const { sends } = simulate({ one: () => [ask("a", 12)], two: () => [ask("b", 12)] }, 300_000);
    const half = sends.filter(({ group }) => group === "a").length;
    expect(sends.length).toBeGreaterThanOrEqual(59);
    expect(half).toBeGreaterThan(20);
    expect(half).toBeLessThan(40);
  });

  test("with the higher priority go first", () => {
    const asks = [ask("small", 600, { priority: 1, wanted: 5 }), ask("big", 600)];
    const [, answer] = lease(emptyLimit, { process: "one", asks }, start);
    const groups = sendsOf(answer).map(({ group }) => group);
    expect(groups.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => "small"));
    expect(new Set(groups.slice(5))).toEqual(new Set(["big"]));
  });
});

describe("a process whose experiment has the higher priority", () => {
  // Who wants nothing is asked to come again in 15 s.
  const late = start + 30_000;
  const asks = {
    big: () => [ask("big", 600, { priority: 4 })],
    small: (nowMs: number) => [
      ask("small", 600, { priority: 2, wanted: nowMs < late ? 0 : 1_000 }),
    ],
  };

  test("has all slots within 4 s of its first question, and the other has what it leaves", () => {
    const { sends } = simulate(asks, 70_000);
    const since = (group: string): number =>
      sends.filter((send) => send.group === group && send.atMs > late + 4_000).length;
    expect(since("big")).toBe(0);
    expect(since("small")).toBeGreaterThan(340);
    expect(mostInAnyMinute(sends)).toBeLessThanOrEqual(601);
  });
});

describe("a cap", () => {
  test("on the rate holds for everybody", () => {
    const capped = { ...emptyLimit, cap: { requestsPerMinute: 60 } };
    const { sends } = simulate({ one: () => [ask("a", 600), ask("b", 600)] }, 62_000, capped);
    expect(inTheFirstMinute(sends)).toBe(60);
  });

  test("on calls in flight counts slots until their calls have ended", () => {
    const capped = { ...emptyLimit, cap: { inFlight: 3 } };
    const [first, one] = lease(capped, { process: "one", asks: [ask("a", 600)] }, start);
    expect(countSlots(one.grants[0]?.slots ?? [])).toBe(3);
    expect(one.reportCalls).toBe(true);
    const running = [ask("a", 600, { claimed: 3, running: 3 })];
    const [second, two] = lease(first, { process: "one", asks: running }, start + 500);
    expect(two.grants).toEqual([]);
    const ended = [ask("a", 600, { claimed: 3, running: 2 })];
    const [, three] = lease(second, { process: "one", asks: ended }, start + 900);
    expect(countSlots(three.grants[0]?.slots ?? [])).toBe(1);
  });

  test("counts the calls that another process claims with the slots of the first", () => {
    const capped = { ...emptyLimit, cap: { inFlight: 2 } };
    const [first] = lease(capped, { process: "one", asks: [ask("a", 600)] }, start);
    const claims = [ask("a", 600, { wanted: 0, claimed: 2, running: 2 })];
    const [second] = lease(first, { process: "two", asks: claims }, start + 200);
    const [third, more] = lease(second, { process: "one", asks: [ask("a", 600)] }, start + 300);
    expect(more.grants).toEqual([]);
    const ended = [ask("a", 600, { wanted: 0, claimed: 2, running: 0 })];
    const [fourth] = lease(third, { process: "two", asks: ended }, start + 400);
    const [, again] = lease(fourth, { process: "one", asks: [ask("a", 600)] }, start + 500);
    expect(countSlots(again.grants[0]?.slots ?? [])).toBe(2);
  });

  test("forgets slots that nobody claimed for ten seconds, and the calls of a silent process after fifteen", () => {
    const capped = { ...emptyLimit, cap: { inFlight: 2 } };
    const [leased] = lease(capped, { process: "dead", asks: [ask("a", 600)] }, start);
    const [, tooSoon] = lease(leased, { process: "two", asks: [ask("a", 600)] }, start + 9_000);
    expect(tooSoon.grants).toEqual([]);
    const [, later] = lease(leased, { process: "two", asks: [ask("a", 600)] }, start + 10_400);
    expect(countSlots(later.grants[0]?.slots ?? [])).toBe(2);
    const running = [ask("a", 600, { wanted: 0, claimed: 2, running: 2 })];
    const [claimed] = lease(leased, { process: "dead", asks: running }, start + 100);
    const [, stillThere] = lease(
      claimed,
      { process: "two", asks: [ask("a", 600)] },
      start + 14_000,
    );
    expect(stillThere.grants).toEqual([]);
    const [, gone] = lease(claimed, { process: "two", asks: [ask("a", 600)] }, start + 15_200);
    expect(countSlots(gone.grants[0]?.slots ?? [])).toBe(2);
  });

  test("of a group holds for the group alone", () => {
    const asks = [ask("a", 600, { inFlight: 2 }), ask("b", 600)];
    const [, answer] = lease(emptyLimit, { process: "one", asks }, start);
    const counts = Object.fromEntries(
      answer.grants.map(({ group, slots }) => [group, countSlots(slots)]),
    );
    expect(counts).toEqual({ a: 2, b: 17 });
  });
});

describe("a 429", () => {
  const refused = { target: "test/m", host: "test", whole: true, answered: 0, refused: 3 };

  test("that is not the only one holds everybody back until its Retry-After", () => {
    const request = {
      process: "one",
      asks: [ask("a", 600)],
      reports: [{ ...refused, holdForMs: 5_000 }],
    };
    const [held, nothing] = lease(emptyLimit, request, start);
    expect(nothing.grants).toEqual([]);
    const [, later] = lease(held, { process: "two", asks: [ask("b", 600)] }, start + 4_000);
    expect(sendsOf(later)[0]?.atMs).toBe(start + 5_000);
  });
});

test("a limit is idle ten minutes after the last request, unless it carries a cap", () => {
  const [state] = lease(emptyLimit, { process: "one", asks: [ask("a", 600)] }, start);
  expect(isIdle(state, start + 599_000)).toBe(false);
  expect(isIdle(state, start + 601_000)).toBe(true);
  expect(isIdle({ ...state, cap: { inFlight: 3 } }, start + 601_000)).toBe(false);
});

test("whatever processes ask, a minute never has more slots than the limit and one", () => {
  const rate = fc.integer({ min: 30, max: 2_000 });
  fc.assert(
    fc.property(fc.array(rate, { minLength: 1, maxLength: 5 }), fc.boolean(), (rates, apart) => {
      const asks = rates.map((one, index) => ask(`group ${index.toString()}`, one));
      const processes = apart
        ? Object.fromEntries(asks.map((one) => [one.group, () => [one]]))
        : { all: () => asks };
      const { sends } = simulate(processes, 70_000);
      const limit = Math.max(...rates);
      expect(mostInAnyMinute(sends)).toBeLessThanOrEqual(limit + 1);
      // The slots of the first process to ask may reach 2 s ahead before a faster one asks.
      expect(inTheFirstMinute(sends)).toBeGreaterThanOrEqual(Math.floor(limit * 0.96) - 1);
      for (const { group, requestsPerMinute } of asks) {
        const own = sends.filter((send) => send.group === group);
        expect(mostInAnyMinute(own)).toBeLessThanOrEqual(requestsPerMinute + 1);
      }
    }),
    { numRuns: 40 },
  );
});
