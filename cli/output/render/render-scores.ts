import { isOver } from "../../../src/client/status/status.js";
import type { ExperimentStatus } from "../../../src/client/status/status.js";
import type { ScoreRow } from "../../../src/domain/scores/line-scoring.js";
import { formatCount } from "../format/format-count.js";
import { formatFigure, formatInterval } from "../format/format-figure.js";
import { renderTable } from "../terminal/table.js";

/**
 * Renders the summary of scores: for all records and, if there are several, by model and by group.
 * Lines below the table say why records have no score.
 */
export function renderScores(rows: readonly ScoreRow[], width?: number): string {
  const models = new Set(rows.map(({ model }) => model)).size - 1;
  const shown = rows.filter(({ model }) => model === undefined || models > 1);
  const table = renderTable(
    ["scorer", "of", "mean", "95 %", "scored", "not scored"],
    shown.map(({ scorer, model, group, mean, interval, scored, unscored }) => [
      scorer,
      placeOf({ model, group }),
      formatFigure(mean),
      formatInterval(interval),
      formatCount(scored),
      formatCount(unscored),
    ]),
    { width },
  );
  const reasons = rows.flatMap(reasonLine).join("\n");
  return reasons === "" ? table : `${table}\n\n${reasons}`;
}

/**
 * Renders the scores in a status. While the run is in progress, they exclude the reused answers,
 * and the text says so.
 */
export function renderScoresOf(
  { scores, state }: Pick<ExperimentStatus, "scores" | "state">,
  width?: number,
): readonly string[] {
  if (!scores) return [];
  const table = renderScores(scores, width);
  return [isOver(state) ? table : `${table}\n\n${soFar}`];
}

const soFar =
  "Scores so far, of new answers only. Reused answers are scored at the end of the run.";

function reasonLine({ scorer, model, group, unscored, reason }: ScoreRow): readonly string[] {
  if (model !== undefined || group !== undefined || reason === undefined) return [];
  return [`${scorer}: ${formatCount(unscored)} not scored. Most frequent reason: ${reason}`];
}

function placeOf({ model, group }: Record<"model" | "group", string | undefined>): string {
  if (model !== undefined) return model;
  return group === undefined ? "all" : `group ${group}`;
}
