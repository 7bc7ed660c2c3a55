import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { JsonObject } from "../../../src/domain/json/json.js";
import { readRows } from "../../../src/storage/rows/read-rows.js";
import { writeParquet } from "../../../src/storage/rows/write-parquet.js";
import { duckdb } from "../../helpers/duckdb.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

function given(rows: readonly JsonObject[]): () => AsyncIterable<JsonObject> {
  return async function* () {
    yield* rows;
  };
}

async function read(path: string): Promise<JsonObject[]> {
  const rows: JsonObject[] = [];
  for await (const row of readRows(path)) rows.push(row);
  return rows;
}

test("values of all types are the same when they are read again", async () => {
  const path = join(temporaryFolder(), "leaf.parquet");
  const rows: JsonObject[] = [
    {
      id: 1,
      text: 'grüß ✓\n,"',
      score: 1.5,
      ok: true,
      tags: ["a", null, ""],
      counts: [1, 2],
      nothing: null,
      meta: { a: [1, { b: null }] },
      mixed: 1,
      "a.b": 1,
      messages: [{ role: "user", content: "hi" }],
    },
    {
      id: -9007199254740991,
      text: null,
      score: 2,
      ok: null,
      tags: [],
      counts: null,
      nothing: null,
      meta: null,
      mixed: "1",
      "a.b": null,
      messages: null,
    },
    {
      id: 0,
      text: "",
      score: 1e20,
      ok: false,
      tags: null,
      counts: [null],
      nothing: null,
      meta: {},
      mixed: [null, true],
      "a.b": 0,
      messages: [],
    },
  ];
  await writeParquet(path, given(rows));
  expect(await read(path)).toEqual(rows);
});

test("DuckDB reads the columns with their types", async () => {
  const path = join(temporaryFolder(), "leaf.parquet");
  const rows = [
    { id: 1, text: "ja", score: 0.5, ok: true, tags: ["a", null], meta: { a: 1 } },
    { id: 2, text: null, score: 2, ok: null, tags: [], meta: null, late: "yes" },
  ];
  expect(await writeParquet(path, given(rows))).toEqual({
    rows: 2,
    columns: [
      { name: "id", type: "integer", list: false },
      { name: "text", type: "text", list: false },
      { name: "score", type: "double", list: false },
      { name: "ok", type: "boolean", list: false },
      { name: "tags", type: "text", list: true },
      { name: "meta", type: "json", list: false },
      { name: "late", type: "text", list: false },
    ],
  });
  const types = await duckdb(
    `select column_name || ' ' || column_type as it from (describe select * from '${path}')`,
  );
  expect(types.map(({ it }) => it)).toEqual([
    "id BIGINT",
    "text VARCHAR",
    "score DOUBLE",
    "ok BOOLEAN",
    "tags VARCHAR[]",
    "meta VARCHAR",
    "late VARCHAR",
  ]);
  expect(await duckdb(`select *, meta->>'$.a' as a from '${path}'`)).toEqual([
    {
      id: "1",
      text: "ja",
      score: 0.5,
      ok: true,
      tags: ["a", null],
      meta: '{"a":1}',
      late: null,
      a: "1",
    },
    { id: "2", text: null, score: 2, ok: null, tags: [], meta: null, late: "yes", a: null },
  ]);
});

test("many rows are in several row groups, which DuckDB reads and filters", async () => {
  const path = join(temporaryFolder(), "leaf.parquet");
  let progress = 0;
  const many = async function* (): AsyncGenerator<JsonObject> {
    for (let id = 0; id < 25_000; id += 1) yield { id, text: `row ${id}`, half: id / 2 };
  };
  await writeParquet(path, many, { onProgress: () => (progress += 1) });
  expect(progress).toBeGreaterThan(40);
  expect(
    await duckdb(`select count(distinct row_group_id) as groups from parquet_metadata('${path}')`),
  ).toEqual([{ groups: "3" }]);
  expect(
    await duckdb(`select count(*) as n, sum(id) as ids, sum(half) as halves from '${path}'`),
  ).toEqual([{ n: "25000", ids: "312487500", halves: 156243750 }]);
  expect(await duckdb(`select id, half from '${path}' where text = 'row 20001'`)).toEqual([
    { id: "20001", half: 10000.5 },
  ]);
  const rows = await read(path);
  expect(rows).toHaveLength(25_000);
  expect(rows[19_999]).toEqual({ id: 19_999, text: "row 19999", half: 9999.5 });
});

test("a table without rows has its known columns", async () => {
  const folder = temporaryFolder();
  const path = join(folder, "leaf.parquet");
  const written = await writeParquet(path, given([]), { columns: ["prompt", "answer"] });
  expect(written.rows).toBe(0);
  expect(await read(path)).toEqual([]);
  expect(
    await duckdb(`select column_name as name from (describe select * from '${path}')`),
  ).toEqual([{ name: "prompt" }, { name: "answer" }]);
});

test("a table without columns has no file", async () => {
  const folder = temporaryFolder();
  const path = join(folder, "leaf.parquet");
  expect(await writeParquet(path, given([]))).toEqual({ rows: 0, columns: [] });
  expect(existsSync(path)).toBe(false);
});

test("rows that fail to be read leave no file behind", async () => {
  const folder = temporaryFolder();
  let readings = 0;
  const failing = async function* (): AsyncGenerator<JsonObject> {
    readings += 1;
    yield { id: 1 };
    if (readings === 2) throw new Error("the disk is gone");
  };
  await expect(writeParquet(join(folder, "leaf.parquet"), failing)).rejects.toThrow("disk");
  expect(readdirSync(folder)).toEqual([]);
});
