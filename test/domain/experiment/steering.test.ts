import { describe, expect, test } from "vitest";
import {
  problemOfCap,
  problemOfChange,
  problemOfResume,
  problemOfLease,
} from "../../../src/domain/experiment/steering.js";

describe("a change", () => {
  test.each([
    {},
    { requestsPerMinute: 0.5 },
    { group: "openai", requestsPerMinute: 600, inFlight: 7, priority: 5 },
    { inFlight: null },
    { changes: 2, group: "test/a", limit: { limitKey: "test", limitId: "limit/test" } },
  ])("of %j is sound", (change) => {
    expect(problemOfChange(change)).toBeUndefined();
  });

  test.each([
    [undefined, "Expected a change as an object, got nothing."],
    [[600], "Expected a change as an object, got [600]."],
    [{ group: 3 }, "Expected --group to be a name, got 3."],
    [
      { requestsPerMinute: 0 },
      "Expected --max-queries to be a number from 0.0007 (one call a day) to 600,000, got 0.",
    ],
    [
      { requestsPerMinute: 0.0006 },
      "Expected --max-queries to be a number from 0.0007 (one call a day) to 600,000, got 0.0006.",
    ],
    [
      { requestsPerMinute: NaN },
      "Expected --max-queries to be a number from 0.0007 (one call a day) to 600,000, got NaN.",
    ],
    [
      { requestsPerMinute: "600" },
      'Expected --max-queries to be a number from 0.0007 (one call a day) to 600,000, got "600".',
    ],
    [
      { requestsPerMinute: 600_001 },
      "Expected --max-queries to be a number from 0.0007 (one call a day) to 600,000, got 600001.",
    ],
    [{ inFlight: 1.5 }, "Expected --in-flight to be a whole number above 0, got 1.5."],
    [{ priority: 6 }, "Expected --priority to be a whole number from 1 to 5, got 6."],
    [{ maxCost: 0 }, "Expected --max-cost to be a number above 0, got 0."],
    [{ changes: "two" }, 'Expected a number of changes, got "two".'],
    [{ limit: "test" }, 'Expected the key and the id of a limit, got "test".'],
    [
      { group: "all", maxCost: 5 },
      "Expected --max-cost for the whole experiment, got a --group too. Leave out one of them.",
    ],
  ])("of %j is not", (change, problem) => {
    expect(problemOfChange(change)).toBe(problem);
  });
});

describe("a cap", () => {
  const quota = { requests: 10, resetHour: 23, timeZone: "Europe/Berlin" };

  test.each([{}, { requestsPerMinute: 1, tokensPerMinute: 2, inFlight: 3, requestsPerDay: quota }])(
    "of %j is sound",
    (cap) => {
      expect(problemOfCap(cap)).toBeUndefined();
    },
  );

  test.each([
    [null, "Expected a cap as an object, got null."],
    [
      { requestsPerMinute: 5e6 },
      "Expected --max-queries to be a number from 0.0007 (one call a day) to 600,000, got 5000000.",
    ],
    [{ tokensPerMinute: -1 }, "Expected --tokens-per-minute to be a number above 0, got -1."],
    [{ inFlight: null }, "Expected --in-flight to be a whole number above 0, got null."],
    [
      { requestsPerDay: { ...quota, requests: 0 } },
      "Expected --requests-per-day to be a whole number above 0, got 0.",
    ],
    [
      { requestsPerDay: { ...quota, resetHour: 24 } },
      "Expected --reset-hour to be a whole number from 0 to 23, got 24.",
    ],
    [
      { requestsPerDay: { ...quota, timeZone: "Berlin" } },
      'Expected --time-zone to be a name such as Europe/Berlin, got "Berlin".',
    ],
  ])("of %j is not", (cap, problem) => {
    expect(problemOfCap(cap)).toBe(problem);
  });
});

describe("a request for slots", () => {
  const ask = { group: "a", requestsPerMinute: 1, priority: 3, wanted: 0, claimed: 0, running: 0 };

  test.each([
    { process: "one", asks: [] },
    {
      process: "one",
      asks: [ask, { ...ask, inFlight: 2 }],
      reports: [{ target: "a/b", host: "a", whole: true, answered: 1, refused: 2 }],
    },
  ])("of %j is sound", (request) => {
    expect(problemOfLease(request)).toBeUndefined();
  });

  test.each([
    undefined,
    "slots",
    { asks: [] },
    { process: "one" },
    {
      process: "one",
      asks: [],
      reports: [{ target: "a/b", host: "a", whole: true, answered: -1, refused: 2 }],
    },
    { process: "one", asks: [], endedWorkers: [7] },
    { process: "one", asks: [null] },
    { process: "one", asks: [{ ...ask, group: undefined }] },
    { process: "one", asks: [{ ...ask, requestsPerMinute: undefined }] },
    { process: "one", asks: [{ ...ask, requestsPerMinute: 0 }] },
    { process: "one", asks: [ask, { ...ask, wanted: "all" }] },
  ])("of %j is not", (request) => {
    expect(problemOfLease(request)).toMatch(/^Expected a .*, got .*\.$/);
  });
});

test.each([
  [undefined, undefined],
  [null, undefined],
  [{}, undefined],
  [{ maxCost: 8 }, undefined],
  [{ maxCost: 0 }, "Expected --max-cost to be a number above 0, got 0."],
  [{ maxCost: "8" }, 'Expected --max-cost to be a number above 0, got "8".'],
  [8, "Expected a resume as an object, got 8."],
  [{ resumes: 2 }, undefined],
  [{ resumes: "all" }, 'Expected a number of resumes, got "all".'],
])("a resume with %j: %s", (message, problem) => {
  expect(problemOfResume(message)).toBe(problem);
});
