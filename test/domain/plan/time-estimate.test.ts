import { expect, test } from "vitest";
import { estimateTime } from "../../../src/domain/plan/time-estimate.js";

const work = {
  calls: 601,
  mostTurns: 1,
  tokens: { low: 60_000, high: 600_000 },
  latencyMs: { low: 1_000, high: 10_000 },
};

test("the requests per minute bind where nothing else does", () => {
  // 600 intervals of 6 s and an answer, the upper end 5 % slower.
  expect(estimateTime(work, { requestsPerMinute: 10 })).toEqual({
    timeMs: { low: 3_601_000, high: 3_790_000 },
    boundBy: "requests",
  });
});

test("the limit that takes longest at the upper end binds", () => {
  const tokens = estimateTime(work, { requestsPerMinute: 601, tokensPerMinute: 10_000 });
  // 600 k tokens at 10 k a minute take an hour; 60 k take 6 minutes.
  expect(tokens.boundBy).toBe("tokens");
  expect(tokens.timeMs.low).toBeCloseTo(6 * 60_000 * (600 / 601) + 1_000, 3);
  expect(tokens.timeMs.high).toBeCloseTo(3_600_000 * (600 / 601) * 1.05 + 10_000, 3);
  const inFlight = estimateTime(work, { requestsPerMinute: 6_000, inFlight: 2 });
  expect(inFlight).toMatchObject({ boundBy: "in-flight", timeMs: { low: 301_500 } });
});

test("a quota binds only if the calls need a second day", () => {
  const rates = { requestsPerMinute: 6_000 };
  const quota = (requests: number): object => ({
    requestsPerDay: { requests, resetHour: 0, timeZone: "UTC" },
  });
  expect(estimateTime(work, { ...rates, ...quota(600) }).boundBy).toBe("requests-per-day");
  expect(estimateTime(work, { ...rates, ...quota(601) }).boundBy).toBe("requests");
});

test("no call takes no time, and a chat takes the time of its turns", () => {
  const rates = { requestsPerMinute: 60 };
  expect(estimateTime({ ...work, calls: 0 }, rates).timeMs).toEqual({ low: 0, high: 0 });
  const chat = { ...work, calls: 3, mostTurns: 3 };
  expect(estimateTime(chat, rates).timeMs).toEqual({ low: 3_000, high: 32_100 });
});
