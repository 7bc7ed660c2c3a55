import type { ScoreRow } from "../../../src/domain/scores/line-scoring.js";
import { formatCount } from "../format/format-count.js";
import { formatFigure, formatInterval } from "../format/format-figure.js";
import { renderTable } from "../terminal/table.js";

/** The summary of scores: for all records and, if there are several, by model and by group. */
export function renderScores(rows: readonly ScoreRow[]): string {
  const models = new Set(rows.map(({ model }) => model)).size - 1;
  const shown = rows.filter(({ model }) => model === undefined || models > 1);
  return renderTable(
    ["scorer", "of", "mean", "95 %", "scored", "not scored"],
    shown.map(({ scorer, model, group, mean, interval, scored, unscored }) => [
      scorer,
      placeOf({ model, group }),
      formatFigure(mean),
      formatInterval(interval),
      formatCount(scored),
      formatCount(unscored),
    ]),
  );
}

function placeOf({ model, group }: Record<"model" | "group", string | undefined>): string {
  if (model !== undefined) return model;
  return group === undefined ? "all" : `group ${group}`;
}
