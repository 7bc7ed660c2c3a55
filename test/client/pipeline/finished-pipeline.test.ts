import { describe, expect, test } from "vitest";
import { mayDiffer } from "../../../src/client/pipeline/finished-pipeline.js";
import type { StepDefinition } from "../../../src/pipeline/definition/definition.js";

const ask = { use: "template", llm: "test/m", template: "{{ i }}" } as const;

function differs(steps: Readonly<Record<string, StepDefinition>>, edges = ["load >> ask"]) {
  return mayDiffer({ name: "pipe", steps, edges });
}

describe("a pipeline with the same rows may have another result", () => {
  test("not if only models answer, and answers are reused", () => {
    expect(differs({ load: { use: "load", file: "rows.jsonl" }, ask })).toBe(false);
  });

  test("not for the code of a source, whose rows are known before, nor for recorded values", () => {
    const words = { use: "./steps.ts#words", writes: ["words"], record: true } as const;
    const load = { use: "load", function: "./rows.ts#made" } as const;
    expect(differs({ load, ask, words }, ["load >> ask >> words"])).toBe(false);
  });

  test.each<[string, StepDefinition]>([
    ["a function", { use: "./steps.ts#words", writes: ["words"] }],
    ["a filter's function", { use: "filter", where: "./steps.ts#isLong", reads: ["i"] }],
    ["a check of answers", { ...ask, validate: { function: "./steps.ts#isGood" } }],
    ["a step that is asked anew", { ...ask, reuse: false }],
  ])("by %s", (_, last) => {
    expect(differs({ load: { use: "load", file: "rows.jsonl" }, ask, last })).toBe(true);
  });

  test("by the code of a router", () => {
    const steps = { load: { use: "load", file: "rows.jsonl" }, ask, other: ask } as const;
    expect(differs(steps, ["load >> route(./steps.ts#choose) >> [ask, other]"])).toBe(true);
  });
});
