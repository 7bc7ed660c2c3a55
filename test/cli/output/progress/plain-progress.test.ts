import { expect, test } from "vitest";
import { createNews } from "../../../../cli/output/progress/news.js";
import { createPlainProgress } from "../../../../cli/output/progress/plain-progress.js";
import type { ExperimentStatus, Slowdown } from "../../../../src/index.js";
import { experimentStatus } from "../render/status-fixture.js";

function at(seconds: number): number {
  return new Date(2026, 10, 21, 10, 43, seconds).getTime();
}

test("a plain line tells the time, the state and the counts", () => {
  const lineFor = createPlainProgress();
  expect(lineFor(experimentStatus(), at(19))).toBe(
    "10:43:19 pilot: running, 123/500, 3 failed, 8 in flight, 480 per minute",
  );
});

test("a plain line names the stage whose counts it has", () => {
  const stages = [
    { kind: "main", name: "pilot", state: "finished" },
    { kind: "judge", name: "judge-pilot", state: "running" },
  ] as const;
  expect(createPlainProgress()(experimentStatus({ stages }), at(19))).toContain(
    "pilot (judge): running, 123/500",
  );
  expect(createPlainProgress()(experimentStatus({ stages: stages.slice(0, 1) }), at(19))).toContain(
    "pilot: running",
  );
});

test("a plain line of a running experiment tells when it ends", () => {
  const ends = { atMs: at(50), earliestMs: at(45), latestMs: at(55) };
  expect(createPlainProgress()(experimentStatus({ ends }), at(19))).toBe(
    "10:43:19 pilot: running, 123/500, 3 failed, 8 in flight, 480 per minute, ends 10:43:50",
  );
  expect(createPlainProgress()(experimentStatus({ ends, state: "paused" }), at(19))).not.toContain(
    "ends",
  );
});

test("plain lines come every two seconds at most, a new state at once, and nothing twice", () => {
  const lineFor = createPlainProgress();
  const shown = [
    lineFor(experimentStatus({ completed: 1 }), at(0)),
    lineFor(experimentStatus({ completed: 2 }), at(1)),
    lineFor(experimentStatus({ completed: 3, state: "paused" }), at(1)),
    lineFor(experimentStatus({ completed: 3, state: "paused" }), at(10)),
    lineFor(experimentStatus({ completed: 4, state: "paused" }), at(11)),
  ];
  expect(shown.map((line) => line !== undefined)).toEqual([true, false, true, false, true]);
});

test("the gaps between plain lines grow to a twentieth of the time, and to a minute", () => {
  const lineFor = createPlainProgress();
  let completed = 0;
  const isShown = (seconds: number): boolean =>
    lineFor(experimentStatus({ completed: (completed += 1) }), at(seconds)) !== undefined;
  const shown = [0, 2, 100, 104, 106, 3_600, 3_659, 3_660].map(isShown);
  expect(shown).toEqual([true, true, true, false, true, true, false, true]);
});

test("blocks are told once, when they come up, and again after they were gone", () => {
  const newsOf = createNews();
  const blocked = experimentStatus({
    name: "my pilot",
    blocked: [{ target: "openai/gpt-4o", reason: "Incorrect API key." }],
  });
  const sentence =
    "`openai/gpt-4o` waits: Incorrect API key. Fix it, then run: ostinato resume 'my pilot'; ostinato follow 'my pilot'. " +
    "Or go on without it: ostinato cancel 'my pilot' --model openai/gpt-4o";
  expect(newsOf(blocked, 0)).toEqual([sentence]);
  expect(newsOf(blocked, 1000)).toEqual([]);
  expect(newsOf(experimentStatus(), 2000)).toEqual([]);
  expect(newsOf(blocked, 3000)).toEqual([sentence]);
});

test("a block ends an API's words with a full stop where they have none", () => {
  const reasons = ["Incorrect API key: [redacted]", "No quota!", "Set it."];
  const blocked = reasons.map((reason) => ({ target: "openai/gpt-4o", reason }));
  expect(createNews()(experimentStatus({ blocked }), 0)).toEqual([
    expect.stringContaining("waits: Incorrect API key: [redacted]. Fix it, then run"),
    expect.stringContaining("waits: No quota! Fix it, then run"),
    expect.stringContaining("waits: Set it. Fix it, then run"),
  ]);
});

const unreachable: Slowdown = {
  kind: "unreachable",
  host: "api.openai.com",
  reason: "connect ECONNREFUSED",
  sinceMs: at(10),
  nextTryAtMs: at(30),
};

test("a plain line tells what is down, and when the next call is tried", () => {
  const status = experimentStatus({ slowdowns: [unreachable] });
  expect(createPlainProgress()(status, at(19))).toBe(
    "10:43:19 pilot: running, 123/500, 3 failed, 8 in flight, 480 per minute, " +
      "api.openai.com unreachable since 10:43:10, next try 10:43:30",
  );
});

test("an outage takes one plain line for each try", () => {
  const lineFor = createPlainProgress();
  const lineAt = (seconds: number, nextTry: number): string | undefined => {
    const slowdowns = [{ ...unreachable, nextTryAtMs: at(nextTry) }];
    return lineFor(experimentStatus({ slowdowns }), at(seconds))?.slice(-19);
  };
  const lines = [lineAt(10, 20), lineAt(15, 20), lineAt(21, 20), lineAt(24, 40), lineAt(41, 40)];
  expect(lines).toEqual([
    ", next try 10:43:20",
    undefined,
    // The call is under way.
    undefined,
    ", next try 10:43:40",
    undefined,
  ]);
});

test("an outage is told once it has lasted, whatever its tries", () => {
  const newsOf = createNews();
  const down = experimentStatus({ slowdowns: [unreachable] });
  const tried = { ...unreachable, nextTryAtMs: at(40), reason: "503" };
  expect(newsOf(down, 0)).toEqual([]);
  expect(newsOf(experimentStatus({ slowdowns: [tried] }), 3_000)).toEqual([
    "api.openai.com has been unreachable since 10:43:10. Its records wait and continue automatically.",
  ]);
  expect(newsOf(down, 6_000)).toEqual([]);
});

test("problems are told once they have lasted for three seconds", () => {
  const newsOf = createNews();
  const late = experimentStatus({ problems: ["No worker answers."] });
  expect(newsOf(late, 0)).toEqual([]);
  expect(newsOf(experimentStatus(), 1000)).toEqual([]);
  expect(newsOf(late, 2000)).toEqual([]);
  expect(newsOf(late, 4900)).toEqual([]);
  expect(newsOf(late, 5000)).toEqual(["No worker answers."]);
  expect(newsOf(late, 6000)).toEqual([]);
});

test("says how to go on once the money is spent", () => {
  const blocked = [{ target: "max-cost", reason: "$4.98 of --max-cost 5 is spent." }];
  const said = (status: Partial<ExperimentStatus>): readonly string[] =>
    createNews()(experimentStatus({ name: "my pilot", blocked, ...status }), 0);
  expect(said({ maxCost: 5 })).toEqual([
    "$4.98 of --max-cost 5 is spent. Continue with a larger sum: ostinato resume 'my pilot' --max-cost 10; ostinato follow 'my pilot'",
  ]);
  expect(said({})).toEqual([expect.stringMatching(/--max-cost N; ostinato follow 'my pilot'$/)]);
});
