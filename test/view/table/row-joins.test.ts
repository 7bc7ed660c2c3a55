import { expect, test } from "vitest";
import { everyRecord } from "../../../src/domain/report/record-query.js";
import { joinRows } from "../../../src/domain/report/joined-rows.js";
import type { ReportRow } from "../../../src/domain/report/report-row.js";
import { joinedRows, rowsOfPrompts } from "../../../src/view/table/prompt-rows.js";
import { RecordTable } from "../../../src/view/table/record-table.js";

function row(index: number, given: Partial<ReportRow>): ReportRow {
  return {
    index,
    id: `r${index}`,
    status: "completed",
    answer: "",
    prompt: "",
    values: {},
    ...given,
  };
}

function joinedIn(table: RecordTable): readonly (readonly number[])[] {
  const prompts = joinedRows(table, table.choose(everyRecord));
  return rowsOfPrompts(table, prompts, everyRecord);
}

/** As the page of a report joins them, whose rows are objects. */
function joinedAlone(rows: readonly ReportRow[]): readonly (readonly number[])[] {
  return joinRows(rows, rows, everyRecord).map((prompt) => prompt.rows.map(({ index }) => index));
}

function tableOf(rows: readonly ReportRow[]): RecordTable {
  const table = new RecordTable();
  // Answers come in any order.
  for (let place = rows.length - 1; place >= 0; place -= 3) table.set(rows[place] as ReportRow);
  for (const one of rows) if (!table.has(one.index)) table.set(one);
  return table;
}

const places = Array.from({ length: 6_000 }, (_, place) => place);

test.each([
  ["ids", places.map((place) => row(place, { id: `r${(place * 7) % 2_000}` }))],
  ["prompts", places.map((place) => row(place, { prompt: `p ${(place * 7) % 2_000}` }))],
  ["nothing", places.map((place) => row(place, { prompt: `p ${place}` }))],
  ["one id of many", places.map((place) => row(place, { id: `r${Math.min(place, 5_998)}` }))],
])("rows are joined by %s as they come, and from a saved table", (_, rows) => {
  const table = tableOf(rows);
  expect(joinedIn(table)).toEqual(joinedAlone(rows));
  const restored = new RecordTable();
  restored.restore(table.save());
  expect(joinedIn(restored)).toEqual(joinedAlone(rows));
});

test("a row that changes is joined by what it is now", () => {
  const rows = [row(0, { id: "a" }), row(1, { id: "b" }), row(2, { id: "a" })];
  const table = tableOf(rows);
  table.set(row(1, { id: "b", status: "failed" }));
  expect(joinedIn(table)).toEqual([[0, 2], [1]]);
  table.set(row(2, { id: "b" }));
  expect(joinedIn(table)).toEqual([[0], [1, 2]]);
  table.set(row(3, { id: "a" }));
  expect(joinedIn(table)).toEqual([
    [0, 3],
    [1, 2],
  ]);
});
