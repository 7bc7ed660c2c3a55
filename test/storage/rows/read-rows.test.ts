import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../src/domain/json/json.js";
import { readRows } from "../../../src/storage/rows/read-rows.js";
import { duckdb } from "../../helpers/duckdb.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

function fileOf(name: string, content: string | Buffer, folder = temporaryFolder()): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function read(path: string): Promise<JsonObject[]> {
  const rows: JsonObject[] = [];
  for await (const row of readRows(path)) rows.push(row);
  return rows;
}

async function problemOf(name: string, content: string | Buffer): Promise<string> {
  const path = fileOf(name, content);
  const problem = await read(path).then(
    () => "no problem",
    (error: unknown) => String(error),
  );
  return problem.replaceAll(JSON.stringify(path), name);
}

describe("files", () => {
  test("JSONL: each line is a row; integers beyond 2^53 are texts", async () => {
    const path = fileOf(
      "a.jsonl",
      '\uFEFF{"id": 12345678901234567890, "text": "a\u2028b"}\r\n{"list": [1, {"x": null}]}\n\n',
    );
    expect(await read(path)).toEqual([
      { id: "12345678901234567890", text: "a\u2028b" },
      { list: [1, { x: null }] },
    ]);
  });

  test("JSON: an array of objects", async () => {
    const text = ' [ {"a": "[1,\\"]", "b": {"c": [1, 2]}} ,\n{"a": "}"},{}, {"a": "\\\\"} ] \n';
    expect(await read(fileOf("a.json", text))).toEqual([
      { a: '[1,"]', b: { c: [1, 2] } },
      { a: "}" },
      {},
      { a: "\\" },
    ]);
    expect(await read(fileOf("b.json", "[ ]"))).toEqual([]);
  });

  test("JSON: a row longer than a chunk of the file", async () => {
    const text = "é".repeat(700_000);
    const path = fileOf("long.json", JSON.stringify([{ text }, { text: "short" }]));
    expect(await read(path)).toEqual([{ text }, { text: "short" }]);
  });

  test("CSV: columns have types; empty cells are null", async () => {
    const text =
      'prompt,n,ok,id,parameters-top_k\n"[""a"", ""b""]",1,true,12345678901234567890,3\n"two\nlines",,False,007,\n';
    expect(await read(fileOf("a.csv", text))).toEqual([
      { prompt: '["a", "b"]', n: 1, ok: true, id: "12345678901234567890", "parameters-top_k": 3 },
      { prompt: "two\nlines", n: null, ok: false, id: "007", "parameters-top_k": null },
    ]);
  });

  test("TSV: tabs separate; commas are text", async () => {
    expect(await read(fileOf("a.tsv", 'a\tb\n1,5\t2\n"x\ty"\t\n'))).toEqual([
      { a: "1,5", b: 2 },
      { a: "x\ty", b: null },
    ]);
  });

  test("gzip", async () => {
    expect(await read(fileOf("a.jsonl.gz", gzipSync('{"a": 1}\n')))).toEqual([{ a: 1 }]);
    expect(await read(fileOf("a.csv.gz", gzipSync("a\n1\n")))).toEqual([{ a: 1 }]);
  });

  test("a folder: files of all kinds in the order of their paths, hidden ones ignored", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "b", "deep"), { recursive: true });
    fileOf("c.JSONL", '{"n": 5}\n', folder);
    fileOf("a.csv", "n\n1\n", folder);
    fileOf("10.json", '[{"n": 0}]', folder);
    fileOf("z.tsv", "n\n3\n", join(folder, "b", "deep"));
    fileOf(".DS_Store", "x", folder);
    await duckdb(`copy (select 2 as n) to '${join(folder, "b", "a.parquet")}'`);
    symlinkSync(join(folder, "a.csv"), join(folder, "b", "z.csv"));
    const rows = await read(folder);
    expect(rows.map(({ n }) => n)).toEqual([0, 1, 2, 3, 1, 5]);
  });

  test("progress is reported", async () => {
    const path = fileOf("a.jsonl", '{"a": 1}\n'.repeat(2_500));
    let progress = 0;
    const reading = readRows(path, { onProgress: () => (progress += 1) });
    let rows = 0;
    for await (const { a } of reading) rows += Number(a);
    expect([rows, progress]).toEqual([2_500, 2]);
  });
});

describe("problems", () => {
  test.each<[string, string | Buffer, string]>([
    ["a.jsonl", '{"a": 1}\n[1]\n', "a.jsonl, line 2: Expected a row, a JSON object, got [1]."],
    ["a.jsonl", '{"a": 1}\n\n{}', "a.jsonl, line 2: Expected JSON, got nothing"],
    ["a.jsonl", '{"a": 1}\n{"a": \n', 'a.jsonl, line 2: Expected JSON, got {"a": '],
    ["a.jsonl", Buffer.from([0x7b, 0xff, 0x7d]), "a.jsonl, line 1: Expected UTF-8 text"],
    ["a.csv", "a,b\n1,2,3\n", "a.csv, line 2: Expected at most 2 cells"],
    ["a.csv", "a,a\n1,2\n", "a.csv: Expected each column's name once"],
    ["a.json", '{"a": 1}\n', 'in a.json, found "{\\"a\\": 1}\\n" at its start. If each line'],
    ["a.json", "", "in a.json, found an empty file. Is the file complete?"],
    ["a.json", '[{"a": 1}, {"b"', "found the end of the file after 1 rows. Is the file complete?"],
    ["a.json", '[{"a": 1}] [', 'in a.json, found "[" after its end.'],
    ["a.json", "[{},,{}]", "a.json, row 2: Expected JSON, got nothing"],
    ["a.json", "[{},]", "a.json, row 2: Expected JSON, got nothing"],
    ["a.json", "[{}, 5]", "a.json, row 2: Expected a row, a JSON object, got 5."],
    ["a.json", '[{"a": 1]}]', 'a.json, row 1: Expected JSON, got {"a": 1]}'],
    ["a.jsonl.gz", "plain", "Expected a gzip file, got an error in a.jsonl.gz: incorrect header"],
    ["a.txt", "x", "Expected a file of rows in JSONL (.jsonl), JSON (.json), CSV (.csv), TSV"],
  ])("%s with %j", async (name, content, problem) => {
    expect(await problemOf(name, content)).toContain(`UserError: `);
    expect(await problemOf(name, content)).toContain(problem);
  });

  test("a path where nothing is", async () => {
    await expect(read("/nothing/here.csv")).rejects.toThrow(
      'Expected a file or a folder of rows, found nothing at "/nothing/here.csv". Check the path.',
    );
  });

  test("a folder with other files, and an empty one", async () => {
    const folder = temporaryFolder();
    await expect(read(folder)).rejects.toThrow(
      `Expected files of rows in ${JSON.stringify(folder)}`,
    );
    fileOf("a.csv", "n\n1\n", folder);
    fileOf("notes.txt", "x", folder);
    await expect(read(folder)).rejects.toThrow(
      `files in ${JSON.stringify(folder)}, found ${JSON.stringify(join(folder, "notes.txt"))}. Move them elsewhere`,
    );
  });
});
