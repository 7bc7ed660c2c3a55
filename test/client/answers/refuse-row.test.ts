import { expect, test } from "vitest";
import { refuseRow } from "../../../src/client/answers/refuse-row.js";

test("a pipeline's row is refused, because it has no response to judge", () => {
  const row = { instruction: "Why?", status: "completed", leaves: [{ leaf: "a", row: {} }] };
  expect(() => refuseRow(row, "rows.jsonl")).toThrow(
    'Expected answers to judge in "rows.jsonl", found the rows of a pipeline',
  );
});

test("a line of a batch run is refused too", () => {
  const line = { line_number: 0, inputs: { q: "Why?" }, status: "completed", output: { a: 1 } };
  expect(() => refuseRow(line, "lines.jsonl")).toThrow(
    'Expected answers to judge in "lines.jsonl", found the lines of a batch run',
  );
  expect(() => refuseRow({ ...line, response: "x" }, "lines.jsonl")).not.toThrow();
});

test("a record with a response is judged, also if its input has the key `leaves`", () => {
  expect(() => refuseRow({ leaves: [1], response: "x" }, "rows.jsonl")).not.toThrow();
  expect(() => refuseRow({ response: "x" }, "rows.jsonl")).not.toThrow();
});
