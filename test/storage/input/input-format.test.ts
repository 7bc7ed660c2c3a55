import { expect, test } from "vitest";
import {
  endingOf,
  inputFormat,
  placeWord,
  withoutEnding,
} from "../../../src/storage/input/input-format.js";

test.each([
  ["pilot.jsonl", "jsonl", "pilot", ".jsonl", "line"],
  ["a/PILOT.NDJSON", "jsonl", "a/PILOT", ".jsonl", "line"],
  ["pilot.json", "json", "pilot", ".json", "item"],
  ["pilot.v2.CSV", "csv", "pilot.v2", ".csv", "row"],
  ["pilot.tsv", "tsv", "pilot", ".tsv", "row"],
  ["pilot.txt", "txt", "pilot", ".txt", "line"],
  ["pilot.xlsx", undefined, "pilot.xlsx", ".jsonl", "line"],
  ["csv", undefined, "csv", ".jsonl", "line"],
])("%s is %s", (path, ...expected) => {
  expect([...[inputFormat(path), withoutEnding(path), endingOf(path)], placeWord(path)]).toEqual(
    expected,
  );
});
