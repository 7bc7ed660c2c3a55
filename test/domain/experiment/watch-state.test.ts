import { describe, expect, test } from "vitest";
import type {
  EndedInput,
  InputLook,
  PlannedInput,
  WatchState,
} from "../../../src/domain/experiment/watch.js";
import {
  emptyWatch,
  expectedMsOf,
  lookedAt,
  started,
} from "../../../src/domain/experiment/watch-state.js";

function planned(name: string, plannedMs = 1_000): PlannedInput {
  const launch = { workflowId: `experiment/${name}` } as PlannedInput["launch"];
  const facts = { records: 11, plannedMs, fingerprint: name, notices: [] };
  return { inputName: `${name}.jsonl`, name, ...facts, launch, searchable: true };
}

function running(...names: readonly string[]): WatchState {
  return names.reduce(
    (state, name) => started(state, planned(name), { runId: `run-${name}`, startedAt: 1_000 }),
    emptyWatch,
  );
}

function ended(name: string, facts: Partial<EndedInput> = {}): EndedInput {
  const run = { workflowId: `experiment/${name}`, runId: `run-${name}` };
  return { ...run, status: "finished", completed: 11, failed: 0, tookMs: 3_000, ...facts };
}

function look(facts: Partial<InputLook>): InputLook {
  const waiting = { count: 0, names: [], incomplete: 0, busy: [] };
  return { ended: [], rejected: [], starts: [], waiting, more: false, ...facts };
}

describe("a watch", () => {
  test("tells each start, end and rejection once, with numbers that count on", () => {
    const state = lookedAt(
      running("a", "b"),
      look({
        ended: [ended("a"), ended("b", { failed: 2, completed: 9 }), ended("a")],
        rejected: [{ inputName: "c.jsonl", reason: "not JSON", errorFile: "/r/c.error.txt" }],
      }),
      5_000,
    );
    expect(state.events.map(({ number, type, at }) => [number, type, at])).toEqual([
      [1, "started", 1_000],
      [2, "started", 1_000],
      [3, "ended", 5_000],
      [4, "ended", 5_000],
      [5, "rejected", 5_000],
    ]);
    expect(state.counts).toEqual({ started: 2, ended: 2, unsound: 1, rejected: 1 });
    expect(state.running).toEqual([]);
  });

  test("doesn't take the end of an earlier run of the same name for that of this one", () => {
    const state = lookedAt(running("a"), look({ ended: [ended("a", { runId: "older" })] }), 5_000);
    expect(state.running.map(({ name }) => name)).toEqual(["a"]);
    expect(state.counts.ended).toBe(0);
  });

  test.each([
    ["finished", 1],
    ["cancelled", 0],
    ["failed", 0],
    ["unknown", 0],
  ] as const)("measures by experiments that finished: %s", (status, samples) => {
    const state = lookedAt(running("a"), look({ ended: [ended("a", { status })] }), 5_000);
    expect(state.pace).toHaveLength(samples);
  });

  test("expects the next to take what the last ones took beyond their plans", () => {
    expect(expectedMsOf(emptyWatch, planned("b", 6_000))).toBe(6_000);
    const state = lookedAt(running("a"), look({ ended: [ended("a")] }), 5_000);
    expect(expectedMsOf(state, planned("b", 6_000))).toBe(8_000);
  });

  test("keeps the latest 100 events", () => {
    const names = Array.from({ length: 120 }, (_, index) => `n${index}`);
    const { events } = running(...names);
    expect(events).toHaveLength(100);
    expect(events.at(-1)).toMatchObject({ number: 120, name: "n119" });
  });
});
