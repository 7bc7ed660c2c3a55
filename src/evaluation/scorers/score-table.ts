import { computed } from "../../domain/computed.js";
import type { ScoreRow } from "../../domain/scores/line-scoring.js";
import { createSample } from "../../domain/statistics/sample.js";
import type { Sample } from "../../domain/statistics/sample.js";
import type { Score } from "./scorer.js";
import type { ScoredText } from "./score-texts.js";

/** Counts and means of scores per scorer: for all records, by model and by group. */
export interface ScoreTable {
  add: (line: Pick<ScoredText, "model" | "group" | "scores">) => void;
  rows: () => readonly ScoreRow[];
}

type Place = Pick<ScoreRow, "model" | "group">;

interface Cell {
  readonly place: Place;
  readonly sample: Sample;
  scored: number;
  unscored: number;
}

/** @param keys keys of the scorers, in the order of each line's scores */
export function createScoreTable(keys: readonly string[]): ScoreTable {
  const columns = keys.map((scorer) => ({ scorer, cells: new Map<string, Cell>() }));
  return {
    add({ model, group, scores }) {
      const places: Place[] = [{}, { model }, ...(group === undefined ? [] : [{ group }])];
      for (const [index, { cells }] of columns.entries()) {
        for (const place of places) addScore(cellOf(cells, place), scores?.[index] ?? null);
      }
    },
    rows: () =>
      columns.flatMap(({ scorer, cells }) =>
        [...cells.values()]
          .sort((one, other) => rankOf(one.place) - rankOf(other.place))
          .map((cell) => rowOf(scorer, cell)),
      ),
  };
}

function cellOf(cells: Map<string, Cell>, place: Place): Cell {
  const id = JSON.stringify(place);
  return computed(cells, id, () => ({ place, sample: createSample(), scored: 0, unscored: 0 }));
}

function addScore(cell: Cell, score: Score): void {
  if (score === null) {
    cell.unscored += 1;
    return;
  }
  cell.scored += 1;
  if (typeof score !== "string") cell.sample.add(Number(score));
}

/** All records first, then models, then groups. */
function rankOf({ model, group }: Place): number {
  if (model !== undefined) return 1;
  return group === undefined ? 0 : 2;
}

function rowOf(scorer: string, { place, sample, scored, unscored }: Cell): ScoreRow {
  const estimate = sample.estimate();
  return {
    scorer,
    ...place,
    scored,
    unscored,
    ...(estimate && { mean: estimate.mean }),
    ...(estimate?.interval && { interval: estimate.interval }),
  };
}
