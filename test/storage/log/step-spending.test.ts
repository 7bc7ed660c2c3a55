import { expect, test } from "vitest";
import type { CallLine } from "../../../src/domain/record/log-line.js";
import { decodeEntry, encodeEntry, entryOf } from "../../../src/storage/log/log-entry.js";
import { StepSpending } from "../../../src/storage/log/step-spending.js";

const tokens = { input: 10, cachedInput: 0, cacheWrite: 0, output: 5, reasoning: 0 };

function callLine(key: string, cost: number | null): CallLine {
  const answer = { response: "yes" };
  const spend = { cost, tokens };
  return { kind: "call", position: 0, key, sentAt: 1, finishedAt: 2, answer, spend };
}

test("the calls of each step are summed up from the positions, whichever child made them", () => {
  const spending = new StepSpending();
  const lines = [
    callLine("write#9f3c/0", 0.25),
    callLine("write#9f3c/1", 0.5),
    callLine("judge/2#77ab/0", 0.125),
    callLine("judge/3/0#77ab/0", null),
  ];
  for (const line of lines) {
    const entry = entryOf(line, { offset: 0, length: 1 });
    const read = decodeEntry(encodeEntry(entry), 0);
    expect(read).toEqual(entry);
    if (read) spending.note(read);
  }
  expect(spending.of("write")).toMatchObject({ cost: 0.75, unknownCalls: 0 });
  expect(spending.of("judge")).toMatchObject({ cost: 0.125, unknownCalls: 1 });
  expect(spending.of("judge/2")).toBeUndefined();
});

test("an entry of an earlier version tells no step", () => {
  const entry = encodeEntry(entryOf(callLine("write#9f3c/0", 0.25), { offset: 0, length: 1 }));
  entry.fill(0, 61);
  const read = decodeEntry(entry, 0);
  expect(read?.spend?.cost).toBe(0.25);
  expect(read).not.toHaveProperty("step");
});
