import { computed } from "../../domain/computed.js";
import { defined } from "../../domain/defined.js";
import type { ScoreRow } from "../../domain/scores/line-scoring.js";
import { createSample } from "../../domain/statistics/sample.js";
import type { Sample } from "../../domain/statistics/sample.js";
import type { Score } from "./scorer.js";
import type { ScoredText } from "./score-texts.js";

/** Counts and means of scores per scorer: for all records, by model and by group. */
export interface ScoreTable {
  add: (line: Pick<ScoredText, "model" | "group" | "scores" | "reasons">) => void;
  rows: () => readonly ScoreRow[];
}

type Place = Pick<ScoreRow, "model" | "group">;

interface Cell {
  readonly place: Place;
  readonly sample: Sample;
  scored: number;
  unscored: number;
  /** Number of records by the reason why they have no score. */
  readonly reasons: Map<string, number>;
}

const noAnswer = "The record failed or has no answer.";
/** Reasons may quote the answer, and then each record has its own. */
const mostReasons = 100;

/** @param keys keys of the scorers, in the order of each line's scores */
export function createScoreTable(keys: readonly string[]): ScoreTable {
  const columns = keys.map((scorer) => ({ scorer, cells: new Map<string, Cell>() }));
  return {
    add({ model, group, scores, reasons }) {
      const places: Place[] = [{}, { model }, ...(group === undefined ? [] : [{ group }])];
      for (const [index, { cells }] of columns.entries()) {
        const score = scores?.[index] ?? null;
        const reason = scores ? reasons?.[index] : noAnswer;
        for (const place of places) addScore(cellOf(cells, place), score, reason);
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
  return computed(cells, id, () => ({
    ...{ place, sample: createSample(), scored: 0, unscored: 0 },
    reasons: new Map<string, number>(),
  }));
}

function addScore(cell: Cell, score: Score, reason: string | undefined): void {
  if (score === null) {
    cell.unscored += 1;
    const { reasons } = cell;
    if (reason === undefined || (!reasons.has(reason) && reasons.size >= mostReasons)) return;
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
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

function mostFrequent(reasons: ReadonlyMap<string, number>): string | undefined {
  let most: string | undefined;
  for (const [reason, count] of reasons) {
    if (most === undefined || count > (reasons.get(most) ?? 0)) most = reason;
  }
  return most;
}

function rowOf(scorer: string, cell: Cell): ScoreRow {
  const { place, sample, scored, unscored, reasons } = cell;
  const reason = mostFrequent(reasons);
  const estimate = sample.estimate();
  return {
    scorer,
    ...place,
    scored,
    unscored,
    ...defined({ reason }),
    ...(estimate && { mean: estimate.mean }),
    ...(estimate?.interval && { interval: estimate.interval }),
  };
}
