import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writePipelineResult } from "../../../src/storage/completed/pipeline-result.js";
import type { PipelineFacts } from "../../../src/storage/completed/pipeline-result.js";
import { duckdb } from "../../helpers/duckdb.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

const stamp = "28-11-2026-10-00-00";
const counts = { completed: 3, failed: 1, cancelled: false, steps: {} };

/** A run of a pipeline with two leaves whose completed file is written. */
function finishedRun(leaves: readonly string[] = ["good", "bad"]): string {
  const folder = join(temporaryFolder(), "pilot");
  const directory = join(folder, `.${stamp}`);
  mkdirSync(directory, { recursive: true });
  const kept = { version: 1, definition: {}, columns: {}, functions: {}, leaves };
  writeFileSync(join(directory, "pipeline.json"), JSON.stringify(kept));
  const lines = [
    { leaves: [{ leaf: "good", row: { n: 1, text: "one" } }] },
    {
      leaves: [
        { leaf: "good", path: "/0", row: { n: 2, late: [1] } },
        { leaf: "good", row: { text: "a\u2028b" } },
      ],
    },
    { error: { type: "cancelled" } },
  ];
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  writeFileSync(join(folder, `${stamp}-completed-pilot.jsonl`), text);
  return directory;
}

function filesOf(directory: string): string[] {
  return readdirSync(join(directory, ".."))
    .filter((name) => name.startsWith(stamp))
    .map((name) => name.slice(stamp.length + 1));
}

function textOf(directory: string, name: string): string {
  return readFileSync(join(directory, "..", `${stamp}-${name}`), "utf8");
}

test("each leaf has its rows as JSONL and as Parquet; the texts are beside them", async () => {
  const directory = finishedRun();
  const seen: PipelineFacts[] = [];
  const describe = {
    columnsOf: () => new Map([["bad", ["n", "why"]]]),
    textsOf: (facts: PipelineFacts) => {
      seen.push(facts);
      return { card: "the card", definition: "the pipeline", drawing: "the drawing" };
    },
  };
  await writePipelineResult(directory, { counts, describe });
  // As after a crash.
  await writePipelineResult(directory, { counts, describe });
  expect(filesOf(directory)).toEqual([
    "README.md",
    "bad.jsonl",
    "bad.parquet",
    "completed-pilot.jsonl",
    "good.jsonl",
    "good.parquet",
    "pipeline.mmd",
    "pipeline.yaml",
  ]);
  expect(textOf(directory, "good.jsonl")).toBe(
    '{"n":1,"text":"one"}\n{"n":2,"late":[1]}\n{"text":"a\\u2028b"}\n',
  );
  expect(textOf(directory, "bad.jsonl")).toBe("");
  expect(textOf(directory, "README.md")).toBe("the card");
  expect(textOf(directory, "pipeline.yaml")).toBe("the pipeline");
  expect(textOf(directory, "pipeline.mmd")).toBe("the drawing");
  const table = join(directory, "..", `${stamp}-good.parquet`);
  expect(await duckdb(`select * from '${table}'`)).toEqual([
    { n: "1", text: "one", late: null },
    { n: "2", text: null, late: ["1"] },
    { n: null, text: "a\u2028b", late: null },
  ]);
  expect(seen[1]).toMatchObject({
    ...counts,
    stamp,
    definitionFile: `${stamp}-pipeline.yaml`,
    leaves: [
      { leaf: "good", parquet: `${stamp}-good.parquet`, rows: 3 },
      { leaf: "bad", parquet: `${stamp}-bad.parquet`, rows: 0 },
    ],
  });
});

test("a leaf without rows and columns has no Parquet file", async () => {
  const directory = finishedRun();
  await writePipelineResult(directory, { counts });
  expect(filesOf(directory)).toEqual([
    "bad.jsonl",
    "completed-pilot.jsonl",
    "good.jsonl",
    "good.parquet",
  ]);
});

test("a leaf never has the name of the run's own files", async () => {
  const directory = finishedRun(["good", "completed-pilot"]);
  const before = textOf(directory, "completed-pilot.jsonl");
  await writePipelineResult(directory, { counts });
  expect(textOf(directory, "completed-pilot.jsonl")).toBe(before);
  expect(filesOf(directory)).toContain("rows-of-completed-pilot.jsonl");
});
