import stringWidth from "string-width";
import { describe, expect, test } from "vitest";
import { renderProgress } from "../../../../cli/output/progress/render-progress.js";
import type { Screen } from "../../../../cli/output/terminal/screen.js";
import { experimentStatus, groupStatus } from "../render/status-fixture.js";

const screen: Screen = { isTerminal: true, colours: false, columns: 80, rows: 24 };
const unknownPace = () => undefined;

function manyGroups(count: number) {
  return Array.from({ length: count }, (_, index) =>
    groupStatus({
      name: `group-${index.toString()}`,
      state: index < 2 ? "finished" : "sending",
      completed: index < 2 ? 500 : 120,
      failed: 0,
    }),
  );
}

describe("the live view", () => {
  test("of a single group is one line with the experiment's name", () => {
    expect(renderProgress(experimentStatus(), screen, unknownPace)).toEqual([
      "pilot  ━━──────────  123/500  3 failed  480/min  8 in flight  47s left  running",
    ]);
  });

  test("says below what slows the calls down, within the screen", () => {
    const slowdowns = ["a", "b"].map((host) => ({
      ...{ kind: "unreachable" as const, host, reason: "", sinceMs: Date.now() },
      nextTryAtMs: Date.now() + 60_000,
    }));
    const status = experimentStatus({ slowdowns, groups: manyGroups(10) });
    const lines = renderProgress(status, { ...screen, rows: 8 }, unknownPace);
    expect(lines).toHaveLength(7);
    expect(lines.at(-2)).toMatch(/^a unreachable since [\d:]+, next try [\d:]+$/);
    expect(lines.at(-1)).toMatch(/^b unreachable/);
  });

  test("before there are groups tells the state", () => {
    const status = experimentStatus({
      state: "starting",
      groups: [],
      records: 0,
      completed: 0,
      failed: 0,
      inFlight: 0,
    });
    expect(renderProgress(status, screen, unknownPace)).toEqual(["pilot  starting"]);
  });

  test("takes the measured pace for the time that is left", () => {
    const [line] = renderProgress(experimentStatus(), screen, () => 60);
    expect(line).toContain("6m 17s left");
  });

  test("promises no time while an experiment is paused or blocked", () => {
    for (const state of ["paused", "blocked"] as const) {
      const [line] = renderProgress(experimentStatus({ state }), screen, unknownPace);
      expect(line).not.toContain("left");
      expect(line).toContain(state);
    }
  });

  test("of several groups has a line for all and a line a group, unfinished ones first", () => {
    const status = experimentStatus({ groups: manyGroups(3), records: 1500, completed: 1120 });
    const lines = renderProgress(status, screen, unknownPace);
    expect(lines.map((line) => line.split(" ")[0])).toEqual([
      "pilot",
      "group-2",
      "group-0",
      "group-1",
    ]);
  });

  test("never has more lines than the screen has rows, and counts the groups it leaves out", () => {
    const lines = renderProgress(experimentStatus({ groups: manyGroups(40) }), screen, unknownPace);
    expect(lines.length).toBe(23);
    expect(lines.at(-1)).toBe("19 more groups");
  });

  test.each([20, 40, 80, 200])("fits into %d columns, wide characters included", (columns) => {
    const groups = [
      groupStatus({ name: "実験".repeat(30), records: 1_000_000, failed: 100_000 }),
      groupStatus({ name: "a\u001b[2Jb\nc" }),
    ];
    const lines = renderProgress(experimentStatus({ groups }), { ...screen, columns }, unknownPace);
    for (const line of lines) {
      expect(stringWidth(line)).toBeLessThan(columns);
      expect(line).not.toMatch(/\p{Cc}/u);
    }
  });

  test("shows failures in red even where they are few", () => {
    const status = experimentStatus({ completed: 499, failed: 1, state: "finished" });
    const [line] = renderProgress(status, { ...screen, colours: true }, unknownPace);
    expect(line).toContain("\u001b[31m━\u001b[39m");
  });
});
