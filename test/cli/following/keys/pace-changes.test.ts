import { expect, test } from "vitest";
import { paceChanges } from "../../../../cli/following/keys/pace-changes.js";
import { groupStatus } from "../../output/render/status-fixture.js";

test("groups with one rate change together", () => {
  const groups = [groupStatus({ name: "a" }), groupStatus({ name: "b" })];
  expect(paceChanges({ groups }, 1.25)).toEqual([{ requestsPerMinute: 600 }]);
  expect(paceChanges({ groups }, 0.8)).toEqual([{ requestsPerMinute: 384 }]);
});

test("groups with rates of their own keep their proportion, and ended ones stay", () => {
  const groups = [
    groupStatus({ name: "a", requestsPerMinute: 10 }),
    groupStatus({ name: "b", requestsPerMinute: 2 }),
    groupStatus({ name: "c", requestsPerMinute: 7, state: "finished" }),
  ];
  expect(paceChanges({ groups }, 1.25)).toEqual([
    { group: "a", requestsPerMinute: 13 },
    { group: "b", requestsPerMinute: 2.5 },
  ]);
});

test("a slow rate never becomes 0, and nothing changes once all has ended", () => {
  expect(paceChanges({ groups: [groupStatus({ requestsPerMinute: 0.1 })] }, 0.8)).toEqual([
    { requestsPerMinute: 0.1 },
  ]);
  expect(paceChanges({ groups: [groupStatus({ state: "finished" })] }, 0.8)).toEqual([]);
});

test("a pipeline's models change, each once", () => {
  const step = { use: "", done: 0, failed: 0, dropped: 0, waiting: 0, inFlight: 0 };
  const steps = [
    { ...step, name: "a", models: ["test/x"], requestsPerMinute: 60 },
    { ...step, name: "b", models: ["test/x"], requestsPerMinute: 60 },
    { ...step, name: "c", models: ["test/y"], requestsPerMinute: 12 },
    { ...step, name: "d" },
  ];
  expect(paceChanges({ groups: [], steps }, 1.25)).toEqual([
    { group: "test/x", requestsPerMinute: 75 },
    { group: "test/y", requestsPerMinute: 15 },
  ]);
});
