import { expect, test } from "vitest";
import { stagesOf } from "../../../src/domain/experiment/stages.js";
import type { SegmentPlan } from "../../../src/domain/experiment/stages.js";

function ofSegments(...segments: readonly SegmentPlan[]): ReturnType<typeof stagesOf> {
  return stagesOf({ settings: { name: "p" }, pipeline: { segments } });
}

test("a pipeline without global steps has one stage", () => {
  const stages = stagesOf({ settings: { name: "p" }, pipeline: {} });
  expect(stages).toEqual([{ kind: "main", name: "p" }]);
});

test("each segment whose rows walk is a stage, with the global steps behind it", () => {
  const stages = ofSegments({ walks: true, globals: ["a", "b"] }, { walks: true, globals: [] });
  expect(stages).toEqual([
    { kind: "main", name: "p", globals: ["a", "b"] },
    { kind: "segment", name: "p-segment-2", segment: 1 },
  ]);
});

test("global steps behind one another run behind the last stage before them", () => {
  const stages = ofSegments(
    { walks: true, globals: ["a"] },
    { walks: false, globals: ["b"] },
    { walks: true, globals: ["c"] },
    { walks: false, globals: ["d"] },
  );
  expect(stages).toEqual([
    { kind: "main", name: "p", globals: ["a", "b"] },
    { kind: "segment", name: "p-segment-3", segment: 2, globals: ["c", "d"] },
  ]);
});
