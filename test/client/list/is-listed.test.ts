import { expect, test } from "vitest";
import { isListed } from "../../../src/client/list/is-listed.js";
import type { ExperimentFilter } from "../../../src/index.js";

const pilot = { name: "pilot.v2", state: "finished", kind: "pipeline", startedAt: 1_000 } as const;

test.each<[ExperimentFilter, boolean]>([
  [{}, true],
  [{ name: "pilot.v2" }, true],
  [{ name: "pilot" }, false],
  [{ name: "pilot*" }, true],
  [{ name: "*v?" }, true],
  [{ name: "pilot?v" }, false],
  [{ name: "pilotXv2" }, false],
  [{ name: "(*" }, false],
  [{ states: ["failed", "finished"] }, true],
  [{ states: ["failed"] }, false],
  [{ kinds: ["pipeline"] }, true],
  [{ kinds: ["batch"] }, false],
  [{ since: 1_000 }, true],
  [{ since: 1_001 }, false],
  [{ name: "p*", states: ["finished"], kinds: ["batch", "judge"] }, false],
])("the filter %j lists a finished pipeline: %s", (filter, listed) => {
  expect(isListed(pilot, filter)).toBe(listed);
});

test("a run that is not prepared has no kind", () => {
  const starting = { name: "new", state: "running", startedAt: 1 } as const;
  expect(isListed(starting, { kinds: ["experiment"] })).toBe(false);
});
