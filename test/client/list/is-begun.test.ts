import { describe, expect, it } from "vitest";
import { isBegun } from "../../../src/client/list/is-begun.js";
import type { FoundExperiment } from "../../../src/client/status/find-experiment.js";

const startedAt = Date.UTC(2026, 10, 29, 12, 0, 0, 700);
const begun: FoundExperiment = {
  workflowId: "experiment/exam",
  runId: "1",
  open: true,
  startedAt,
  taskQueue: "ostinato",
  memo: { name: "exam" },
};
/** The stamp of a run has whole seconds. */
const run = { name: "exam", startedAt: Date.UTC(2026, 10, 29, 12, 0, 0) };

describe("a run in the data folder", () => {
  it("belongs to an open experiment of its name whose folder the server does not know", () => {
    expect(isBegun(run, [begun])).toBe(true);
  });

  it.each<[string, FoundExperiment]>([
    ["an ended one", { ...begun, open: false }],
    ["one of another name", { ...begun, memo: { name: "other" } }],
    ["one with a folder", { ...begun, memo: { name: "exam", directory: "/data/output/exam/.2" } }],
    ["one that started later", { ...begun, startedAt: startedAt + 60_000 }],
  ])("does not belong to %s", (_title, found) => {
    expect(isBegun(run, [found])).toBe(false);
  });
});
