import { expect, test } from "vitest";
import { renderStatus } from "../../../../cli/output/render/render-status.js";
import { renderSummary } from "../../../../cli/output/render/render-summary.js";
import type { ExperimentStatus } from "../../../../src/index.js";
import { experimentStatus } from "./status-fixture.js";

const screen = { isTerminal: false, colours: false, columns: 100, rows: 24 };
const scores = [{ scorer: "match", mean: 0.5, scored: 2, unscored: 0 }];
const note = "Scores so far, of new answers only. Reused answers are scored at the end of the run.";

test.each(["running", "blocked", "finished"] as const)("the scores of a %s run", (state) => {
  const status: ExperimentStatus = experimentStatus({ state, scores });
  const texts = [
    renderStatus(status, screen, 1_065_000),
    renderSummary(status, undefined, screen).join("\n"),
  ];
  for (const text of texts) {
    expect(text).toMatch(/match +all +0\.5 /);
    expect(text.includes(note)).toBe(state !== "finished");
  }
});
