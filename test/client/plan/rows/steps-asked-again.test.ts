import { describe, expect, test } from "vitest";
import { stepsAskedAgain } from "../../../../src/client/plan/rows/steps-asked-again.js";
import type { PipelineDefinition } from "../../../../src/pipeline/definition/definition.js";

function ask(template: string, more: object = {}) {
  return { use: "template", llm: "test/m", template, ...more } as const;
}

const pipe: PipelineDefinition = {
  name: "pipe",
  steps: {
    load: { use: "load", file: "rows.jsonl" },
    a: ask("{{ i }}"),
    b: ask("{{ a }}"),
    c: ask("{{ b }}"),
  },
  edges: ["load >> a >> b >> c"],
};

function askedAgain(now: Partial<PipelineDefinition>, before: Partial<PipelineDefinition> = {}) {
  return [...stepsAskedAgain({ ...pipe, ...before }, { ...pipe, ...now })].sort();
}

describe("after an earlier run, a pipeline asks again", () => {
  test("nothing if it is unchanged, whatever its description says", () => {
    expect(askedAgain({ description: "another" })).toEqual([]);
  });

  test("a changed step and those behind it", () => {
    expect(askedAgain({ steps: { ...pipe.steps, b: ask("{{ a }}!") } })).toEqual(["b", "c"]);
  });

  test("a step that is appended, alone", () => {
    const steps = { ...pipe.steps, d: ask("{{ c }}") };
    expect(askedAgain({ steps, edges: ["load >> a >> b >> c >> d"] })).toEqual(["d"]);
  });

  test("a step that may not reuse answers, and those behind it", () => {
    const steps = { ...pipe.steps, b: ask("{{ a }}", { reuse: false }) };
    expect(askedAgain({ steps }, { steps })).toEqual(["b", "c"]);
  });

  test("nothing if a source has another file, since its rows are compared by themselves", () => {
    const load = { use: "load", file: "more.jsonl", limit: 3 } as const;
    expect(askedAgain({ steps: { ...pipe.steps, load } })).toEqual([]);
  });

  test("the steps behind a source whose rows have other columns", () => {
    const load = { use: "load", file: "rows.jsonl", outputs: { text: "i" } } as const;
    expect(askedAgain({ steps: { ...pipe.steps, load } })).toEqual(["a", "b", "c"]);
  });

  test("the steps to which rows come another way", () => {
    const fork = "load >> [a, b, c]";
    expect(askedAgain({ edges: [fork] })).toEqual(["b", "c"]);
    const chosen = ["load >> sample-n-steps(1) >> [a, b, c]"];
    expect(askedAgain({ edges: chosen }, { edges: [fork] })).toEqual(["a", "b", "c"]);
    expect(askedAgain({ edges: chosen }, { edges: chosen })).toEqual([]);
  });
});
