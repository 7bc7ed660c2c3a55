import { expect, test } from "vitest";
import { joinedRows } from "../../../src/domain/scores/score-sums.js";
import { createScoreTable } from "../../../src/evaluation/scorers/score-table.js";

type Scored = Parameters<ReturnType<typeof createScoreTable>["add"]>[0];

const lines: readonly Scored[] = Array.from({ length: 90 }, (_, number) => ({
  model: `test/m${number % 2}`,
  ...(number % 3 === 0 && { group: "g" }),
  ...(number % 10 !== 0 && scoresOf(number)),
}));

/** One kind of 0 and 1, one of other numbers, and one that some records lack. */
function scoresOf(number: number): Pick<Scored, "scores" | "reasons"> {
  const lacks = number % 9 === 1;
  const scores = [number % 4 === 0, ((number * 7_919) % 101) / 100, lacks ? null : 2];
  return { scores, reasons: [undefined, undefined, lacks ? "no number" : undefined] };
}

test("the sums of several processes give the rows of one that scored everything", () => {
  const keys = ["match", "levenshtein", "equals-number"];
  const whole = createScoreTable(keys);
  const parts = [createScoreTable(keys), createScoreTable(keys), createScoreTable(keys)];
  for (const [number, line] of lines.entries()) {
    whole.add(line);
    parts[number < 5 ? 0 : 1 + (number % 2)]?.add(line);
  }
  // As they are read from files.
  const sums = parts.map((part) => JSON.parse(JSON.stringify(part.sums())) as unknown);
  const rows = joinedRows(sums as Parameters<typeof joinedRows>[0]);
  expect(rounded(rows)).toEqual(rounded(whole.rows()));
});

/** The order of additions decides on the last bits of a mean. */
function rounded(rows: ReturnType<typeof joinedRows>): unknown {
  const round = (_: string, value: unknown): unknown =>
    typeof value === "number" ? Number(value.toPrecision(10)) : value;
  return JSON.parse(JSON.stringify(rows, round));
}

test("nothing scored gives no rows", () => {
  expect(joinedRows([])).toEqual([]);
});
