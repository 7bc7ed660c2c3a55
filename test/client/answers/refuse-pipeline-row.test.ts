import { expect, test } from "vitest";
import { refusePipelineRow } from "../../../src/client/answers/refuse-pipeline-row.js";

test("a pipeline's row is refused, because it has no response to judge", () => {
  const row = { instruction: "Why?", status: "completed", leaves: [{ leaf: "a", row: {} }] };
  expect(() => refusePipelineRow(row, "rows.jsonl")).toThrow(
    'Expected answers to judge in "rows.jsonl", found the rows of a pipeline',
  );
});

test("a record with a response is judged, also if its input has the key `leaves`", () => {
  expect(() => refusePipelineRow({ leaves: [1], response: "x" }, "rows.jsonl")).not.toThrow();
  expect(() => refusePipelineRow({ response: "x" }, "rows.jsonl")).not.toThrow();
});
