import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { JsonObject } from "../../../src/domain/json/json.js";
import { inspectPipeline } from "../../../src/client/pipeline/inspect-pipeline.js";
import { openSources } from "../../../src/client/pipeline/open-sources.js";
import { readDefinition } from "../../../src/client/pipeline/read-definition.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

/** The rows of each source of a pipeline's file. */
async function sourcesOf(file: string): Promise<readonly (readonly JsonObject[])[]> {
  const given = await readDefinition(file);
  const sources = await openSources(given, { dataset: undefined, output: temporaryFolder() });
  const found: (readonly JsonObject[])[] = [];
  for (const { rows } of sources) found.push(await toList(rows));
  return found;
}

async function toList(rows: AsyncIterable<JsonObject>): Promise<readonly JsonObject[]> {
  const found: JsonObject[] = [];
  for await (const row of rows) found.push(row);
  return found;
}

function written(name: string, text: string, folder = temporaryFolder()): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function module(...sources: readonly string[]): string {
  const loads = sources.map((source, index) => `p.load("load_${index}", ${source});`);
  return written(
    "mine.ts",
    `import { jsonl, pipeline, rows } from "ostinato";
import { z } from "zod";
export default pipeline("made", (p) => {
  ${loads.join("\n  ")}
});
`,
  );
}

test("sources in code are lists, iterables and functions of rows", async () => {
  const file = module(
    "rows([{ n: 0 }, { n: 1 }])",
    "rows(function* () { for (let n = 0; n < 2; n += 1) yield { n }; })",
    "rows(async function* () { yield* [{ n: 0 }, { n: 1 }]; })",
    "rows(async () => [{ n: 0 }, { n: 1 }])",
    "rows(new Set([{ n: 0 }, { n: 1 }]))",
    "rows((async function* () { yield* [{ n: 0 }, { n: 1 }]; })())",
  );
  expect(await sourcesOf(file)).toEqual(Array.from({ length: 6 }, () => [{ n: 0 }, { n: 1 }]));
});

test("a file names the function of a source, which gets its parameters", async () => {
  const folder = temporaryFolder();
  written(
    "made.mjs",
    "export function* made({ most }) { for (let n = 0; n < most; n += 1) yield { n }; }",
    folder,
  );
  const file = written(
    "made.yaml",
    "steps:\n  load: { use: load, function: ./made.mjs#made, parameters: { most: 2 } }\n  only: { use: keep, columns: [n] }\nedges: [load >> only]\n",
    folder,
  );
  expect(await sourcesOf(file)).toEqual([[{ n: 0 }, { n: 1 }]]);
  expect(await inspectPipeline(file)).toMatchObject({ valid: true });
});

test("a source whose function throws is named, with the user's own line", async () => {
  const file = module('rows(function* () { yield { n: 1 }; throw new RangeError("no more"); })');
  await expect(sourcesOf(file)).rejects.toThrow(
    /^The source "load_0" .*failed: no more\n\s+at .*mine\.ts:4/,
  );
});

test("rows that do not fit the schema are refused by line and column, all at once", async () => {
  const file = module(
    'jsonl("n.jsonl", z.object({ n: z.int(), who: z.object({ name: z.string() }).optional() }))',
  );
  written(
    "n.jsonl",
    '{"n":1}\n{"n":"two"}\n{"who":{"name":3}}\n{"n":4,"more":true}\n',
    join(file, ".."),
  );
  const data = JSON.stringify(join(file, "..", "n.jsonl"));
  const message = `Expected the rows of "load_0" to fit its schema. Of 4, 2 do not:
  ${data}, line 2: the column "n" must be integer, got "two"
  ${data}, line 3: the column "n" is missing; the column "who.name" must be string, got {"name":3}
Correct the rows, or the schema.`;
  await expect(sourcesOf(file)).rejects.toThrow(message);
  const checked = await inspectPipeline(file);
  expect(checked).toMatchObject({ valid: false, problems: [{ step: "load_0" }] });
  expect(checked.problems[0]?.message).toContain('line 2: the column "n" must be integer');
});

test("of many wrong rows, ten are told", async () => {
  const file = module(
    "rows(Array.from({ length: 12 }, (_, n) => ({ n: `${n}` })), z.object({ n: z.number() }))",
  );
  await expect(sourcesOf(file)).rejects.toThrow(
    /Of 12, 12 do not:\n {2}row 1: the column "n" must be number, got "0"\n[^]*row 10[^]*and 2 more/,
  );
});

test("a limit takes the first rows alone, and looks at no others", async () => {
  const folder = temporaryFolder();
  written("n.jsonl", '{"n":1}\n{"n":2}\n{"n":"three"}\n', folder);
  const schema = "{ type: object, properties: { n: { type: integer } } }";
  const file = written(
    "first.yaml",
    `steps:\n  load: { use: load, file: n.jsonl, schema: ${schema}, limit: 2 }\n  only: { use: keep, columns: [n] }\nedges: [load >> only]\n`,
    folder,
  );
  expect(await sourcesOf(file)).toEqual([[{ n: 1 }, { n: 2 }]]);
  const inCode = module("rows([{ n: 1 }, { n: 2 }]), { limit: 1 }");
  expect(await sourcesOf(inCode)).toEqual([[{ n: 1 }]]);
});
