import { describe, expect, test } from "vitest";
import type { GroupAsk, LeaseAnswer } from "../../../src/domain/limit/lease-messages.js";
import { emptyLimit } from "../../../src/domain/limit/state.js";
import type { LimitState } from "../../../src/domain/limit/state.js";
import { lease } from "../../../src/domain/limit/lease.js";
import type { DailyQuota } from "../../../src/domain/rates/rates.js";
import { countSlots } from "../../../src/domain/limit/slots.js";

const noon = Date.UTC(2026, 0, 15, 12);
const midnight = Date.UTC(2026, 0, 16);

function quotaOf(requests: number, rest: Partial<DailyQuota> = {}): DailyQuota {
  return { requests, resetHour: 0, timeZone: "UTC", ...rest };
}

type Asked = Partial<GroupAsk> & { readonly group: string };

/** A limit that processes ask one after the other; each claims at once what it was given before. */
class AskedLimit {
  state: LimitState = emptyLimit;

  ask(nowMs: number, process: string, ...asked: readonly Asked[]): LeaseAnswer {
    const defaults = { requestsPerMinute: 600, priority: 3, wanted: 100, claimed: 0, running: 0 };
    const asks = asked.map((one) => ({ ...defaults, ...one }));
    const [state, answer] = lease(this.state, { process, asks }, nowMs);
    this.state = state;
    return answer;
  }
}

function slotsOf({ grants }: LeaseAnswer): Readonly<Record<string, number>> {
  return Object.fromEntries(grants.map(({ group, slots }) => [group, countSlots(slots)]));
}

describe("a quota of calls a day", () => {
  const requestsPerDay = quotaOf(5);

  test("is given in full, and no slot more until the day ends", () => {
    const limit = new AskedLimit();
    expect(slotsOf(limit.ask(noon, "one", { group: "a", requestsPerDay }))).toEqual({ a: 5 });
    const later = limit.ask(noon + 60_000, "one", { group: "a", requestsPerDay, claimed: 5 });
    expect(later).toMatchObject({ grants: [], usedUp: [{ group: "a", untilMs: midnight }] });
    const nextDay = limit.ask(midnight + 1, "one", { group: "a", requestsPerDay, claimed: 5 });
    expect(slotsOf(nextDay)).toEqual({ a: 5 });
  });

  test("gives no slot after the day's end for a call of the day before it", () => {
    const limit = new AskedLimit();
    const answer = limit.ask(midnight - 500, "one", { group: "a", requestsPerDay });
    // The first slot lies 150 ms ahead, and the next ones 100 ms apart.
    expect(slotsOf(answer)).toEqual({ a: 4 });
    expect(answer.askAgainAtMs).toBe(midnight);
  });

  test("ends at the hour of its time zone", () => {
    const limit = new AskedLimit();
    const inTokyo = quotaOf(1, { resetHour: 9, timeZone: "Asia/Tokyo" });
    limit.ask(noon, "one", { group: "a", requestsPerDay: inTokyo });
    const answer = limit.ask(noon + 5_000, "one", {
      group: "a",
      requestsPerDay: inTokyo,
      claimed: 1,
    });
    // Nine in the morning there is midnight in UTC.
    expect(answer.usedUp).toEqual([{ group: "a", untilMs: midnight }]);
  });

  test("is one for all groups, of which the largest counts", () => {
    const limit = new AskedLimit();
    const small = { group: "a", requestsPerDay: quotaOf(2) };
    const large = { group: "b", requestsPerDay: quotaOf(6) };
    expect(slotsOf(limit.ask(noon, "one", small, large))).toEqual({ a: 2, b: 4 });
    const claimed = limit.ask(
      noon + 5_000,
      "one",
      { ...small, claimed: 2 },
      { ...large, claimed: 4 },
    );
    expect(claimed.grants).toEqual([]);
    expect(claimed.usedUp?.map(({ group }) => group)).toEqual(["a", "b"]);
  });

  test("of a cap holds for groups that have none", () => {
    const limit = new AskedLimit();
    limit.state = { ...emptyLimit, cap: { requestsPerDay: quotaOf(3) } };
    expect(slotsOf(limit.ask(noon, "one", { group: "a" }))).toEqual({ a: 3 });
    expect(limit.ask(noon + 5_000, "one", { group: "a", claimed: 3 }).usedUp).toHaveLength(1);
  });
});

describe("slots of a day that lapse", () => {
  const group = "a";
  const requestsPerDay = quotaOf(5);
  const given = (): AskedLimit => {
    const limit = new AskedLimit();
    limit.ask(noon, "one", { group, requestsPerDay });
    return limit;
  };

  test("are given again, and until that is known the group is not sent away", () => {
    const limit = given();
    const waiting = limit.ask(noon + 1_000, "one", { group, requestsPerDay, claimed: 3 });
    expect(waiting).toMatchObject({ grants: [] });
    expect(waiting.usedUp).toBeUndefined();
    expect(waiting.askAgainAtMs).toBe(noon + 2_000);
    const told = limit.ask(noon + 2_000, "one", { group, requestsPerDay, claimed: 5, lapsed: 2 });
    expect(slotsOf(told)).toEqual({ a: 2 });
  });

  test("with their process count as calls, since they may have been some", () => {
    const limit = given();
    const soon = limit.ask(noon + 5_000, "two", { group, requestsPerDay });
    expect(soon.usedUp).toBeUndefined();
    const later = limit.ask(noon + 15_000, "two", { group, requestsPerDay });
    expect(later.usedUp).toEqual([{ group, untilMs: midnight }]);
  });
});
