import { describe, expect, test } from "vitest";
import {
  problemOfPageReport,
  problemOfRefused,
  problemOfSent,
} from "../../../src/domain/experiment/page-messages.js";

const report = { page: 3, completed: 2, failed: 1, left: [], blocked: [[4, 6]], resumes: 0 };
const count = { done: 1, failed: 0, dropped: 2 };

describe("the message of a page", () => {
  test.each([
    [problemOfSent, { page: 0, position: 40 }],
    [problemOfSent, { page: 100_000, position: 40, usedUpUntilMs: 1_764_400_000_000 }],
    [problemOfPageReport, report],
    [problemOfPageReport, { ...report, coarse: true, accepted: 7, steps: { write: count } }],
    [problemOfPageReport, { ...report, nextDay: { ranges: [[1, 2]], atMs: 5 }, usedUpUntilMs: 5 }],
    [problemOfRefused, { resumes: 1, refusals: [{ target: "test/a", reason: "wrong key" }] }],
  ])("%o accepts %j", (problemOf, message) => {
    expect(problemOf(message)).toBeUndefined();
  });

  test.each([
    [problemOfSent, undefined, "Expected a page and its position, got nothing."],
    [
      problemOfSent,
      { page: 0, position: "40" },
      'Expected a page and its position, got {"page":0,"position":"40"}.',
    ],
    [
      problemOfSent,
      { page: 0, position: 40, usedUpUntilMs: 1e16 },
      'Expected a page and its position, got {"page":0,"position":40,"usedUpUntilMs":10000000000000000}.',
    ],
    [problemOfPageReport, undefined, "Expected the report of a page, got nothing."],
    [problemOfPageReport, "done", 'Expected the report of a page, got "done".'],
    [problemOfRefused, undefined, "Expected refusals of models, got nothing."],
    [
      problemOfRefused,
      { resumes: 0, refusals: [{ target: 1 }] },
      'Expected refusals of models, got {"resumes":0,"refusals":[{"target":1}]}.',
    ],
  ])("%o refuses %j", (problemOf, message, problem) => {
    expect(problemOf(message)).toBe(problem);
  });

  test.each([
    { ...report, left: undefined },
    { ...report, left: [[1]] },
    { ...report, blocked: [["a", "b"]] },
    { ...report, completed: -1 },
    { ...report, page: null },
    { ...report, steps: { write: { done: 1 } } },
    { ...report, nextDay: { ranges: [] } },
    { ...report, nextDay: { ranges: [[1, 2]], atMs: 1e16 } },
    { ...report, usedUpUntilMs: 1e16 },
  ])("a report %j is refused", (message) => {
    expect(problemOfPageReport(message)).toMatch(/^Expected the report of a page, got \{.*\}\.$/);
  });
});
