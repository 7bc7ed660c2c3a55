import { beforeAll, expect, test } from "vitest";
import { everyRecord } from "../../../src/domain/report/record-query.js";
import type { RecordQuery } from "../../../src/domain/report/record-query.js";
import type { ReportRow } from "../../../src/domain/report/report-row.js";
import { RecordTable } from "../../../src/view/table/record-table.js";

const table = new RecordTable();

function row(index: number, given: Partial<ReportRow>): ReportRow {
  const texts = { prompt: "", answer: "", values: {} };
  return { index, id: `r${index}`, status: "completed", ...texts, ...given };
}

/** Place 2 has no outcome yet. */
beforeAll(() => {
  table.set(row(4, { model: "a/x", latencyMs: 5, values: { note: "b" } }));
  table.set(row(0, { model: "a/x", latencyMs: 300, group: "g", values: { note: 7 } }));
  table.set(row(1, { model: "b/y", latencyMs: -0, values: { note: "a" } }));
  table.set(row(3, { status: "failed", model: "b/y", error: { type: "Timeout", message: "" } }));
  table.set(row(10, { status: "dropped", latencyMs: 5, values: { note: true } }));
});

function chosen(query: Partial<RecordQuery>): readonly number[] {
  return [...table.choose({ ...everyRecord, ...query })];
}

function sorted(column: string, descending = false): readonly number[] {
  return chosen({ sort: { column, descending } });
}

test("rows are in the order of the input, whenever they came", () => {
  expect(chosen({})).toEqual([0, 1, 3, 4, 10]);
  expect(sorted("index", true)).toEqual([10, 4, 3, 1, 0]);
  expect(table.rows).toBe(5);
});

test("filters choose by status, model, group and error", () => {
  expect(chosen({ statuses: ["failed", "dropped"] })).toEqual([3, 10]);
  expect(chosen({ models: ["a/x"] })).toEqual([0, 4]);
  expect(chosen({ models: ["a/x", "b/y"], statuses: ["failed"] })).toEqual([3]);
  expect(chosen({ groups: ["g", "unknown"] })).toEqual([0]);
  expect(chosen({ errors: ["Timeout"] })).toEqual([3]);
  expect(chosen({ models: ["unknown"] })).toEqual([]);
});

test("columns sort numbers before texts, and rows without a value last", () => {
  expect(sorted("latencyMs")).toEqual([1, 4, 10, 0, 3]);
  expect(sorted("latencyMs", true)).toEqual([0, 4, 10, 1, 3]);
  expect(sorted("model")).toEqual([0, 4, 1, 3, 10]);
  // true counts as 1.
  expect(sorted("values.note")).toEqual([10, 0, 1, 4, 3]);
  expect(sorted("values.note", true)).toEqual([4, 1, 0, 10, 3]);
  expect(sorted("id")).toEqual([0, 1, 10, 3, 4]);
  expect(sorted("status")).toEqual([0, 1, 4, 10, 3]);
});

test("a row that changes keeps its place and loses its old values", () => {
  const changing = new RecordTable();
  changing.set(row(0, { latencyMs: 9, values: { note: "x" } }));
  changing.set(row(0, { status: "failed", values: { note: 3 } }));
  changing.set(row(1, { values: { note: 2 } }));
  expect(changing.rows).toBe(2);
  expect(changing.numberAt(0, "latencyMs")).toBeUndefined();
  const sort = { column: "values.note", descending: false };
  expect([...changing.choose({ ...everyRecord, sort })]).toEqual([1, 0]);
});
