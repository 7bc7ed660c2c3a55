import { expect, test } from "vitest";
import { mostExecutors } from "../../../src/flow/code/most-executors.js";

const gigabyte = 2 ** 30;

test.each([
  { what: "as many as lines under way", workers: 2, cores: 8, freeBytes: 8 * gigabyte, most: 2 },
  { what: "as many as cores", workers: 100, cores: 8, freeBytes: 8 * gigabyte, most: 8 },
  { what: "four on a small machine", workers: 100, cores: 1, freeBytes: 8 * gigabyte, most: 4 },
  // 300 MB have room for two of 128 MB.
  { what: "as many as fit", workers: 100, cores: 8, freeBytes: 300 * 2 ** 20, most: 2 },
  { what: "one if none fits", workers: 100, cores: 8, freeBytes: 2 ** 20, most: 1 },
])("a run has executors: $what", ({ workers, most, ...machine }) => {
  expect(mostExecutors(workers, machine)).toBe(most);
});
