import { expect, test } from "vitest";
import type { ExperimentStatus } from "../../../src/client/status/status.js";
import { liveStatus } from "../../../src/view/run/live-status.js";
import { experimentStatus } from "../../cli/output/render/status-fixture.js";

const running = ["pause", "change", "cancel"];
const paused = ["resume", "change", "cancel"];

const cases: readonly (readonly [Partial<ExperimentStatus>, readonly string[]])[] = [
  [{ state: "running" }, running],
  [{ state: "paused" }, paused],
  // A request that no worker has taken counts for the next one.
  [{ state: "running", asked: ["pause"] }, paused],
  [{ state: "running", asked: ["pause", "change"] }, paused],
  [{ state: "paused", asked: ["pause", "resume"] }, running],
  [{ state: "running", asked: ["cancel"] }, ["cancel"]],
  [{ state: "finished", failed: 2, asked: ["pause"] }, ["retry"]],
];

test.each(cases)("%j can be steered by %j", (given, actions) => {
  const status = liveStatus(experimentStatus(given));
  expect(status.actions).toEqual(actions);
  expect(status.asked).toEqual(given.asked);
});
