import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { dryRun } from "../../../src/client/pipeline/dry-run.js";
import type { DryRow } from "../../../src/client/pipeline/dry-walks.js";
import { readDefinition } from "../../../src/client/pipeline/read-definition.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

const functions = `
export async function* distinct(rows) {
  const seen = new Set();
  for await (const row of rows) {
    if (seen.has(row.word)) continue;
    seen.add(row.word);
    yield { ...row, place: seen.size };
  }
}
export async function* count(inputs) {
  const counts = [];
  for (const rows of inputs) {
    let count = 0;
    for await (const _ of rows) count += 1;
    counts.push(count);
  }
  yield { counts };
}
export async function* broken(rows) {
  for await (const { word } of rows) if (word === "b") throw new TypeError("no b");
}
`;

/** Each row at a leaf of the pipeline, with its segment. */
async function leavesOf(steps: string, edges: string, rows = 4): Promise<readonly unknown[]> {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "all.mjs"), functions);
  const file = join(folder, "p.yaml");
  const load = "load: { use: load, rows: [{ word: a }, { word: b }, { word: a }, { word: c }] }";
  writeFileSync(file, `name: dry\nsteps:\n  ${load}\n${steps}edges: ${edges}\n`);
  const made: unknown[] = [];
  const collect = ({ segment, result }: DryRow): void => {
    const rowsOf = result.rows.filter(({ leaf }) => !leaf.includes(" "));
    made.push(...rowsOf.map(({ leaf, path, row }) => [segment, leaf + path, row]));
  };
  for await (const row of dryRun(await readDefinition(file), { rows, env: {} })) collect(row);
  return made;
}

const distinct =
  "  distinct: { use: global, function: ./all.mjs#distinct, reads: [word], writes: [place] }\n";

test("a dry run gives its rows to a global step, and walks on with those behind it", async () => {
  const ask =
    '  ask: { use: template, llm: test/m, template: "{{ word }} {{ place }}", parameters: { response: "{prompt}", latency_ms: 1 }, output: said }\n  only: { use: keep, columns: [said] }\n';
  expect(await leavesOf(distinct + ask, "[load >> distinct >> ask >> only]")).toMatchObject([
    [2, "only", {}],
    [2, "only", {}],
    [2, "only", {}],
  ]);
  expect(await leavesOf(distinct, "[load >> distinct]")).toEqual([
    [1, "distinct", { word: "a", place: 1 }],
    [1, "distinct", { word: "b", place: 2 }],
    [1, "distinct", { word: "c", place: 3 }],
  ]);
});

test("rows before and behind a global step meet in another; other leaves keep theirs", async () => {
  const more =
    "  count: { use: global, function: ./all.mjs#count, writes: [counts] }\n" +
    "  short: { use: filter, where: \"word != 'c'\" }\n";
  const edges = "[load >> distinct >> count, load >> count, load >> short]";
  expect(await leavesOf(distinct + more, edges)).toEqual([
    [1, "short", { word: "a" }],
    [1, "short", { word: "b" }],
    [1, "short", { word: "a" }],
    [2, "count", { counts: [3, 4] }],
  ]);
});

test("a global step that fails is named, with the user's own stack", async () => {
  const broken = "  broken: { use: global, function: ./all.mjs#broken, writes: [] }\n";
  await expect(leavesOf(broken, "[load >> broken]")).rejects.toThrow(
    /^The global step "broken" \(\.\/all\.mjs#broken\) failed: no b\n +at broken \(all\.mjs:\d+:\d+\)$/,
  );
});

test("the example of global steps drops equal answers of all rows, and ranks the rest", async () => {
  const example = (name: string): string =>
    fileURLToPath(new URL(`../../../examples/pipelines/${name}`, import.meta.url));
  const given = await readDefinition(example("best-answers.yaml"), {
    parametersFile: example("best-answers.test.yaml"),
  });
  const rows: DryRow[] = [];
  for await (const row of dryRun(given, { rows: 3, env: {} })) rows.push(row);
  // Three rows with three equal answers each; one is rated, and is the leaf's only row.
  expect(rows.map(({ segment, calls }) => [segment, calls.length])).toEqual([
    [1, 3],
    [1, 3],
    [1, 3],
    [2, 1],
    [2, 0],
  ]);
  expect(rows.at(-1)?.result.rows).toMatchObject([
    { leaf: "ranked", row: { generation: "This is a test response", score: "4", rank: 1 } },
  ]);
});

test.each([
  ["{ type: object, properties: { score: { type: integer } }, required: [score] }", { score: 0 }],
  ["{ type: string, pattern: '^[A-Z]+$' }", undefined],
])("without calls, a structured output of %s is %j", async (schema, rated) => {
  const file = join(temporaryFolder(), "p.yaml");
  const rate = `{ use: structured-output, llm: test/m, schema: ${schema}, output: rated }`;
  const steps = `  load: { use: load, rows: [{ instruction: a }] }\n  rate: ${rate}\n`;
  writeFileSync(file, `name: dry\nsteps:\n${steps}edges: [load >> rate]\n`);
  const made: DryRow[] = [];
  for await (const row of dryRun(await readDefinition(file), { calls: false })) made.push(row);
  const [{ calls, result } = { calls: [], result: undefined }] = made;
  expect(calls).toHaveLength(1);
  if (rated) {
    expect(result).toMatchObject({ failures: [], rows: [{ row: { rated } }] });
  } else {
    expect(JSON.stringify(result?.failures)).toContain("no placeholder was found that fits");
  }
});
