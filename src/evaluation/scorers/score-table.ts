import { computed } from "../../domain/computed.js";
import type { ScoreRow } from "../../domain/scores/line-scoring.js";
import { inOrder, scoreRowOf } from "../../domain/scores/score-sums.js";
import type { ScoreSums } from "../../domain/scores/score-sums.js";
import { createSample } from "../../domain/statistics/sample.js";
import type { Sample } from "../../domain/statistics/sample.js";
import type { Score } from "./scorer.js";
import type { ScoredText } from "./score-texts.js";

/** Counts and means of scores per scorer: for all records, per model and per group. */
export interface ScoreTable {
  add: (line: Pick<ScoredText, "model" | "group" | "scores" | "reasons">) => void;
  rows: () => readonly ScoreRow[];
  /** Returns the sums behind the rows. */
  sums: () => readonly ScoreSums[];
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
/**
 * Maximum number of different reasons. Reasons may quote the answer, so each record may have a
 * different one.
 */
const mostReasons = 100;

/** @param keys keys of the scorers, in the order of each line's scores */
export function createScoreTable(keys: readonly string[]): ScoreTable {
  const columns = keys.map((scorer) => ({ scorer, cells: new Map<string, Cell>() }));
  const sums = (): readonly ScoreSums[] =>
    columns.flatMap(({ scorer, cells }) =>
      inOrder([...cells.values()].map((cell) => sumsOf(scorer, cell))),
    );
  return {
    add({ model, group, scores, reasons }) {
      const places: Place[] = [{}, { model }, ...(group === undefined ? [] : [{ group }])];
      for (const [index, { cells }] of columns.entries()) {
        const score = scores?.[index] ?? null;
        const reason = scores ? reasons?.[index] : noAnswer;
        for (const place of places) addScore(cellOf(cells, place), score, reason);
      }
    },
    sums,
    rows: () => sums().map(scoreRowOf),
  };
}

function cellOf(cells: Map<string, Cell>, place: Place): Cell {
  const id = JSON.stringify(place);
  return computed(cells, id, () => ({
    place,
    sample: createSample(),
    scored: 0,
    unscored: 0,
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

function sumsOf(scorer: string, { place, sample, scored, unscored, reasons }: Cell): ScoreSums {
  return {
    scorer,
    scored,
    unscored,
    sample: sample.sums(),
    ...place,
    reasons: Object.fromEntries(reasons),
  };
}
