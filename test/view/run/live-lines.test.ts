import { expect, test } from "vitest";
import { liveLinesOf } from "../../../src/view/run/live-lines.js";
import { experimentStatus, groupStatus } from "../../cli/output/render/status-fixture.js";

const tokens = { input: 0, cachedInput: 0, cacheWrite: 0, output: 0, reasoning: 0 };

test("a pipeline has a line for each step, with its models and its cost", () => {
  const counts = { done: 4, failed: 1, dropped: 0, waiting: 2, inFlight: 3 };
  const spending = { cost: 0.5, unknownCalls: 2, saved: 0, tokens };
  const lines = liveLinesOf(
    experimentStatus({
      steps: [
        { name: "load", use: "load", ...counts, waiting: 0, inFlight: 0 },
        {
          name: "write",
          use: "text-generation",
          models: ["openai/gpt-4o"],
          ...counts,
          perMinute: 58,
          requestsPerMinute: 60,
          heldBy: { kind: "requests" },
          spending,
        },
      ],
    }),
  );
  expect(lines).toEqual([
    { name: "load", about: "load", ...counts, waiting: 0, inFlight: 0 },
    {
      name: "write",
      about: "openai/gpt-4o",
      ...counts,
      perMinute: 58,
      requestsPerMinute: 60,
      heldBy: "requests",
      cost: 0.5,
      unpriced: 2,
    },
  ]);
});

test("an experiment has a line for each of several groups", () => {
  expect(liveLinesOf(experimentStatus())).toBeUndefined();
  const groups = [groupStatus({ name: "a" }), groupStatus({ name: "b", state: "finished" })];
  const lines = liveLinesOf(experimentStatus({ groups }));
  expect(lines).toMatchObject([
    { name: "a", about: "api/test/parrot", done: 120, failed: 3, total: 500, inFlight: 8 },
    { name: "b", heldBy: "finished" },
  ]);
});
