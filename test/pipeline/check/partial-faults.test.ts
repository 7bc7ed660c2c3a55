import { expect, test } from "vitest";
import { readDefinition } from "../../../src/pipeline/definition/definition-text.js";

/** Each problem with its line, of a pipeline that is no valid one. */
function problemsOf(lines: readonly string[]): readonly string[] {
  const { problems } = readDefinition(lines.join("\n"));
  return problems.map(({ line, message }) => `${String(line)}: ${message}`);
}

test("what is valid of a definition is checked together with keys and values", () => {
  const problems = problemsOf([
    "steps:",
    "  load: { use: load, file: rows.jsonl }",
    "  ask: { use: template, llm: test/a, templat: x, template: y }",
    '  rate: { use: template, llm: test/a, template: "{{ answer | uper }}" }',
    "  words: { use: ./steps.ts#words }",
    "  good: { use: keep, columns: [a] }",
    "edges:",
    "  - load >> ask >> rat >> good",
    "  - good >> words >> good",
  ]);
  expect(problems).toEqual([
    '3: The step "ask": `templat` is no key of a template step. Did you mean `template`?',
    expect.stringMatching(/^4: The step "rate": in `template` .*uper/),
    '8: The edge ask >> rat names no step with "rat". Did you mean "rate"?',
    "7: The steps form a cycle: words >> good >> words. Remove one of these edges.",
  ]);
});

test("without steps, nothing is said about the edges", () => {
  expect(problemsOf(["steps: {}", "edges: [a >> b]"])).toHaveLength(1);
});
