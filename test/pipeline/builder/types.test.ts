import { expect, test } from "vitest";
import { checkTypes } from "./type-errors.js";

const imports = `import { z } from "zod";
import { csv, globalStep, jsonl, llm, ownRouter, pipeline, rows, sample, sampleNSteps, step, structuredOutput, template, textGeneration } from "ostinato";
import type { PipelineBuilder, Rows } from "ostinato";
type Columns<Given> = Given extends Rows<infer Found, readonly unknown[]> ? Found : "no rows";
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;
const same = <Expected>() => <Given>(_given: Given, _same: Same<{ [K in keyof Expected]: Expected[K] }, { [K in keyof Columns<Given>]: Columns<Given>[K] }>) => undefined;
const gpt = llm("openai", "gpt-4o");
export const build = (p: PipelineBuilder) => {
const load = p.load("load", jsonl("a.jsonl", z.object({ instruction: z.string(), n: z.number(), tags: z.array(z.string()) })));
`;

/** Bodies of a pipeline's function, by the kind of step that they show. */
const inferred = {
  text: `same<{ instruction: string; n: number; tags: string[]; generation: string; model_name: string }>()(load.to(textGeneration(gpt)), true);`,
  grouped: `same<{ generation: (string | null)[]; model_name: string }>()(load.to(textGeneration(gpt, { numGenerations: 3, groupGenerations: true })).keep(["generation", "model_name"]), true);`,
  keep: `same<{ n: number }>()(load.keep(["n"]), true);`,
  rename: `same<{ instruction: string; m: number; tags: string[] }>()(load.rename({ n: "m" }), true);`,
  merge: `same<{ tags: string[]; all: import("../../../src/domain/json/json.js").JsonValue[] }>()(load.merge(["instruction", "n"], "all"), true);`,
  filter: `same<{ n: number }>()(load.keep(["n"]).filter("n > 1").filter((row) => row.n > 1), true);`,
  template: `same<{ n: number; summary: string; model_name: string }>()(load.keep(["n"]).to(template(gpt, "Count to {{ n | upper }}.", { output: "summary" })), true);`,
  structured: `same<{ n: number; rating: { score: number }; model_name: string }>()(load.keep(["n"]).to(structuredOutput(gpt, { template: "{{n}}", output: "rating", schema: z.object({ score: z.number() }) })), true);`,
  mapped: `same<{ n: string; answer: string; model_name: string }>()(load.keep(["instruction"]).rename({ instruction: "n" }).to(textGeneration(gpt).with({ inputs: { instruction: "n" }, outputs: { generation: "answer" } })), true);`,
  group: `same<{ instruction: string; n: number; tags: string[]; generations: (string | null)[]; model_names: (string | null)[] }>()(load.route(sampleNSteps(1), textGeneration(gpt), textGeneration(gpt)).group("g", { generation: "generations", model_name: "model_names" }), true);`,
  combine: `same<{ n: number; one: string; two: string; model_name: string }>()(load.keep(["n"]).fanOut(template(gpt, "{{ n }}", { output: "one" }), template(gpt, "{{ n }}", { output: "two" })).combine(), true);`,
  join: `same<{ n: number; one: string; model_name: string }>()(p.join(load.keep(["n"]), load.keep(["n"]).to(template(gpt, "{{ n }}", { output: "one" }))).combine(), true);`,
  expand: `same<{ tags: string[]; tag: string }>()(load.keep(["tags"]).expand({ tags: "tag" }), true);`,
  collect: `same<{ tags: string[]; answers: (string | null)[] }>()(load.keep(["tags"]).expand({ tags: "tag" }).to(template(gpt, "{{ tag }}")).collect({ generation: "answers" }), true);`,
  many: `same<{ n: number; generations: (string | null)[] }>()(load.keep(["n"]).to(template(gpt, "{{ n }}", { numGenerations: 3 })).collect({ generation: "generations" }), true);`,
  own: `same<{ n: number; twice: number }>()(load.keep(["n"]).to(step({ name: "s", reads: z.object({ n: z.number() }), writes: z.object({ twice: z.number() }) }, (row) => ({ twice: 2 * row.n }))), true);`,
  batch: `step({ name: "s", reads: z.object({ n: z.number() }), writes: z.object({ twice: z.number() }), batch: 50 }, async (all) => all.map((row) => ({ twice: 2 * row.n })));`,
  generator: `step({ name: "s", reads: z.object({ n: z.number() }), writes: z.object({ i: z.number() }), many: true }, async function* (row) { yield { i: row.n }; });`,
  global: `same<{ n: number; rank: number }>()(load.keep(["n"]).global(globalStep({ name: "g", reads: z.object({ n: z.number() }), writes: z.object({ rank: z.number() }) }, async function* (all) { for await (const row of all) yield { ...row, rank: 1 }; })), true);`,
  rows: `same<{ a: string; b: number[] }>()(p.load("l", rows([{ a: "x", b: [1] }])), true);`,
  drawn: `same<{ topic: string; old: boolean }>()(p.load("l", sample({ rows: 3, draw: { file: "s.csv", schema: z.object({ topic: z.string() }) }, columns: { old: { type: "bernoulli", p: 0.5 } } })), true);`,
  sample: `same<{ topic: string; length: number; old: boolean }>()(p.load("l", sample({ rows: 3, columns: { topic: { type: "category", values: ["a", "b"] }, length: { type: "uniform", low: 1, high: 2 }, old: { type: "bernoulli", p: 0.5 } } })), true);`,
  noSchema: `p.load("l", csv("a.csv")).to(textGeneration(gpt)).keep(["anything"]);`,
  optional: `load.to(step({ name: "s", reads: z.object({ n: z.number(), lost: z.string().optional() }), writes: z.object({}) }, () => ({})));`,
  router: `load.route(ownRouter("r", (row: { n: number }) => (row.n > 1 ? "a" : ["a", "b"])), textGeneration(gpt, { name: "a" }), textGeneration(gpt, { name: "b" }));`,
};

const mistaken = {
  mistakenTo: `load.keep(["n"]).to(textGeneration(gpt));`,
  mistakenRoute: `load.keep(["n"]).route(sampleNSteps(1), textGeneration(gpt), textGeneration(gpt));`,
  mistakenKeep: `load.keep(["n", "m"]);`,
  mistakenRename: `load.rename({ m: "k" });`,
  mistakenGroup: `load.keep(["instruction"]).fanOut(textGeneration(gpt).with({ outputs: { generation: "instruction", model_name: "instruction" } }), textGeneration(gpt).with({ outputs: { generation: "instruction", model_name: "instruction" } })).group("g", { generatoin: "generations" });`,
  mistakenType: `load.keep(["n"]).rename({ n: "instruction" }).to(textGeneration(gpt));`,
  mistakenFilter: `load.filter((row) => row.m > 1);`,
  mistakenResult: `step({ name: "s", reads: z.object({ a: z.string() }), writes: z.object({ k: z.number() }) }, (row) => ({ k: row.a }));`,
  mistakenCollect: `load.collect({ n: "ns" }).keep(["ns"]);`,
  mistakenTemplate: `load.keep(["n"]).to(template(gpt, "Rate {{ n }} by {{ rule.text }}"));`,
};

const chain = Array.from(
  { length: 30 },
  (_, index) => `
.to(step({ name: "s${index}", reads: z.object({ n: z.number(), c${index}: z.string() }), writes: z.object({ c${index + 1}: z.string(), d${index}: z.number() }) }, (row) => ({ c${index + 1}: row.c${index}, d${index}: row.n })))`,
);
const long = { chain: `load.rename({ instruction: "c0" })${chain.join("")}.keep(["c30", "d0"]);` };

const bodies = Object.entries({ ...inferred, ...mistaken, ...long });
const checked = checkTypes(
  Object.fromEntries(bodies.map(([name, body]) => [name, `${imports}${body}\n}`])),
);

function errorsOf(name: keyof typeof inferred | keyof typeof mistaken | "chain") {
  return checked[name]?.errors;
}

test.each(Object.keys(inferred) as (keyof typeof inferred)[])(
  "the columns behind %s are inferred",
  (name) => {
    expect(errorsOf(name)).toEqual([]);
  },
);

test.each([
  ["mistakenTo", `'MissingColumns<"instruction", "n">'`],
  ["mistakenRoute", `'MissingColumns<"instruction", "n">'`],
  ["mistakenRename", `'MissingColumns<"m", "instruction" | "n" | "tags">'`],
  ["mistakenGroup", `'MissingColumns<"generatoin", "instruction">'`],
  ["mistakenTemplate", `'MissingColumns<"rule", "n">'`],
  ["mistakenType", `'WrongColumnType<"instruction", string, number>'`],
  ["mistakenFilter", "Property 'm' does not exist on type"],
] as const)("%s names the column, then those that there are", (name, text) => {
  expect(errorsOf(name)).toEqual([expect.stringContaining(text)]);
});

test("an error of a missing column is short", () => {
  expect(errorsOf("mistakenTo")).toEqual([
    expect.stringMatching(
      /^Argument of type 'Step<.*>' is not assignable to parameter of type 'Step<.*> & MissingColumns<"instruction", "n">'\.\n.*"Columns are missing", "Columns that there are"$/,
    ),
  ]);
  expect(errorsOf("mistakenKeep")).toEqual([
    `Type '"m"' is not assignable to type '"m" & MissingColumns<"m", "instruction" | "n" | "tags">'.
  Type 'string' is not assignable to type 'MissingColumns<"m", "instruction" | "n" | "tags">'.`,
  ]);
  expect(errorsOf("mistakenResult")).toEqual(["Type 'string' is not assignable to type 'number'."]);
  expect(errorsOf("mistakenCollect")).toEqual([
    "Property 'keep' does not exist on type 'NothingToCollect'.",
  ]);
});

test("30 chained typed steps are checked within 10 s", () => {
  expect(errorsOf("chain")).toEqual([]);
  expect(checked["chain"]?.checkedInMs).toBeLessThan(10_000);
});
