import { expect, test } from "vitest";
import type { JsonObject } from "../../../src/domain/json/json.js";
import { compareRecords } from "../../../src/report/pairs/compare-records.js";
import type { SideRecords } from "../../../src/report/pairs/join-records.js";
import { recordOfLine } from "../../../src/report/record/record-of-line.js";
import type { Verdict } from "../../../src/domain/scores/judged-line.js";

function side(
  title: string,
  lines: readonly JsonObject[],
  verdicts: readonly Verdict[][] = [],
): SideRecords {
  const records = lines.map((line, index) =>
    recordOfLine(line, {
      index,
      calls: [],
      verdicts: verdicts[index] ?? [],
      tokensOf: () => undefined,
    }),
  );
  return { title, records };
}

const ended = { timestamp_sent: "29-11-2026-10-00-00", status: "completed" };

test("rows of a pipeline are joined by their inputs, and their numbers are scores", () => {
  const row = (instruction: string, rating: number): JsonObject => ({
    instruction,
    ...ended,
    leaves: [{ leaf: "rate", path: "/0", row: { instruction, generation: "text", rating } }],
  });
  const first = side("A", [row("one", 3), row("two", 4)]);
  const second = side("B", [row("two", 1), row("one", 5)]);
  const { figures, pairs } = compareRecords(first, second);
  expect(figures).toMatchObject({
    joinedBy: "prompt",
    reason: "There is no id in line 1 of A.",
    pairs: 2,
    changes: { worse: 1, changed: 0, better: 1, same: 0 },
  });
  // (5 − 3 + 1 − 4) / 2
  expect(figures.metrics[0]).toMatchObject({
    kind: "score",
    name: "rating",
    first: 3.5,
    second: 3,
    difference: -0.5,
    largest: 3,
  });
  expect(pairs.map((pair) => pair.first.prompt)).toEqual(["one", "two"]);
});

test("lines of a batch run are joined by their number", () => {
  const line = (number: number, answer: string): JsonObject => ({
    line_number: number,
    inputs: { question: `q${number}` },
    ...ended,
    output: { answer },
    nodes: { ask: "completed" },
  });
  const first = side("A", [line(0, "x"), line(1, "x"), line(2, "x")]);
  const second = side("B", [line(1, "x"), line(2, "y")]);
  expect(compareRecords(first, second).figures).toMatchObject({
    joinedBy: "id",
    pairs: 2,
    onlyFirst: { count: 1, examples: ["0"] },
    changes: { worse: 0, changed: 1, better: 0, same: 1 },
  });
});

test("lines of a batch run are joined by their inputs after a line was inserted", () => {
  const line = (number: number, question: string): JsonObject => ({
    line_number: number,
    inputs: { question },
    ...ended,
    output: { answer: question },
    nodes: { ask: "completed" },
  });
  const first = side("A", [line(0, "p"), line(1, "q")]);
  const second = side("B", [line(0, "new"), line(1, "p"), line(2, "q")]);
  expect(compareRecords(first, second).figures).toMatchObject({
    joinedBy: "prompt",
    pairs: 2,
    onlySecond: { count: 1, examples: ["0"] },
    changes: { worse: 0, changed: 0, better: 0, same: 2 },
  });
});

test("answers of two models that did not change are the same after a line was inserted", () => {
  const models = ["owl", "fox"];
  const asked = (id: number, prompt: string): JsonObject[] =>
    models.map((model_name) => ({
      id,
      api: "test",
      model_name,
      prompt,
      ...ended,
      response: `${model_name}: ${prompt}`,
      // Only the owl answers p right.
      match: model_name === "owl" && prompt === "p",
    }));
  const first = side("A", [...asked(1, "p"), ...asked(2, "q")]);
  const second = side("B", [...asked(1, "new"), ...asked(2, "p"), ...asked(3, "q")]);
  const { figures } = compareRecords(first, second);
  expect(figures).toMatchObject({
    joinedBy: "prompt and model",
    pairs: 4,
    differentPrompts: 0,
    changes: { worse: 0, changed: 0, better: 0, same: 4 },
    onlySecond: { count: 2, examples: ["1 (test/owl)", "1 (test/fox)"] },
  });
});

test("verdicts that are numbers are measures, and the changes of words are counted", () => {
  const lines = [1, 2].map((id) => ({ id, prompt: "p", ...ended, response: "x" }));
  const rated = (stars: number, tone: string): Verdict[] => [
    { judge: "j", template: "stars", verdict: stars },
    { judge: "j", template: "tone", verdict: tone },
  ];
  const first = side("A", lines, [rated(5, "kind"), rated(3, "kind")]);
  const second = side("B", lines, [rated(4, "rude"), rated(3, "kind")]);
  const { figures } = compareRecords(first, second);
  expect(figures.metrics[0]).toMatchObject({
    kind: "verdict",
    name: "j/stars",
    first: 4,
    second: 3.5,
    difference: -0.5,
    worse: 1,
  });
  expect(figures.labels).toEqual([{ name: "j/tone", from: "kind", to: "rude", records: 1 }]);
});
