import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { JsonObject } from "../../../src/domain/json/json.js";
import { readParquet } from "../../../src/storage/rows/read-parquet.js";
import { duckdb } from "../../helpers/duckdb.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

async function rowsOf(select: string, options = ""): Promise<JsonObject[]> {
  const path = join(temporaryFolder(), "given.parquet");
  await duckdb(`copy (${select}) to '${path}' (format parquet ${options})`);
  return read(path);
}

async function read(path: string): Promise<JsonObject[]> {
  const rows: JsonObject[] = [];
  for await (const row of readParquet(path)) rows.push(row);
  return rows;
}

test("integers are exact: beyond 2^53 they are texts", async () => {
  const rows = await rowsOf(
    `select 9007199254740991::bigint as most, 9007199254740993::bigint as beyond,
      18446744073709551615::ubigint as unsigned, 4294967295::uinteger as short, -1::tinyint as tiny`,
  );
  expect(rows).toEqual([
    {
      most: 9007199254740991,
      beyond: "9007199254740993",
      unsigned: "18446744073709551615",
      short: 4294967295,
      tiny: -1,
    },
  ]);
});

test("decimals are the nearest numbers, also in lists", async () => {
  const rows = await rowsOf(
    `select 0.57 as price, 12345678901234.56::decimal(18,2) as large,
      -1.10::decimal(30,2) as wide, [0.07, 1.13, null] as list`,
  );
  expect(rows).toEqual([
    { price: 0.57, large: 12345678901234.56, wide: -1.1, list: [0.07, 1.13, null] },
  ]);
});

test("dates and times are ISO 8601 with all digits", async () => {
  const rows = await rowsOf(
    `select date '1969-12-31' as day, timestamp '2024-02-29 12:34:56.123456' as local,
      timestamptz '2024-02-29 12:34:56.5+00' as instant, time '01:02:03.000004' as clock,
      timestamp_ns '2024-02-29 12:34:56.123456789' as fine, timestamp '1969-12-31 23:59:59.999999' as before`,
  );
  expect(rows).toEqual([
    {
      day: "1969-12-31",
      local: "2024-02-29T12:34:56.123456",
      instant: "2024-02-29T12:34:56.500Z",
      clock: "01:02:03.000004",
      fine: "2024-02-29T12:34:56.123456789",
      before: "1969-12-31T23:59:59.999999",
    },
  ]);
});

test("lists, structs, maps and JSON are JSON", async () => {
  const rows = await rowsOf(
    `select [{'role': 'user', 'content': 'hi'}] as messages, [[1], [], null] as nested,
      map {'k': 1.5} as scores, '{"x":[1,null]}'::json as json, {'a': null::varchar} as inner_null`,
  );
  expect(rows).toEqual([
    {
      messages: [{ role: "user", content: "hi" }],
      nested: [[1], [], null],
      scores: { k: 1.5 },
      json: { x: [1, null] },
      inner_null: { a: null },
    },
  ]);
});

test("bytes are text, or base64 if they are not UTF-8", async () => {
  const rows = await rowsOf(
    String.raw`select 'gr\xC3\xBC'::blob as text, '\xFF\x00'::blob as bytes, 'é' as words,
      uuid '123e4567-e89b-12d3-a456-426614174000' as id, 'NaN'::double as none`,
  );
  expect(rows).toEqual([
    {
      text: "grü",
      bytes: "/wA=",
      words: "é",
      id: "123e4567-e89b-12d3-a456-426614174000",
      none: null,
    },
  ]);
});

test("a row group longer than a part is read in order", async () => {
  const rows = await rowsOf(
    `select i as id, 'text ' || i as text, case when i % 3 = 0 then null else [i] end as list
     from range(101000) r(i)`,
    ", row_group_size 122880",
  );
  expect(rows).toHaveLength(101_000);
  expect(rows.every(({ id }, index) => id === index)).toBe(true);
  expect(rows.slice(99_999, 100_002)).toEqual([
    { id: 99_999, text: "text 99999", list: null },
    { id: 100_000, text: "text 100000", list: [100_000] },
    { id: 100_001, text: "text 100001", list: [100_001] },
  ]);
});

test.each(["uncompressed", "snappy", "gzip", "zstd", "brotli", "lz4_raw"])(
  "two row groups, compressed with %s",
  async (codec) => {
    const rows = await rowsOf(
      "select i as id, 'text ' || i as text, (i % 7)::varchar as few from range(4000) r(i)",
      `, codec ${codec}, row_group_size 2048`,
    );
    expect(rows).toHaveLength(4_000);
    expect(rows[3_999]).toEqual({ id: 3_999, text: "text 3999", few: "2" });
  },
);

test("a file that is not Parquet, or was cut off, is refused by name", async () => {
  const folder = temporaryFolder();
  const path = join(folder, "notes.parquet");
  for (const content of ["", "hello", "PAR1".repeat(10).slice(0, 39)]) {
    writeFileSync(path, content);
    await expect(read(path)).rejects.toThrow(
      `Expected a Parquet file, found other content in ${JSON.stringify(path)}`,
    );
  }
});

test("a type that JSON has no form for is refused with its columns", async () => {
  await expect(rowsOf("select 1 as id, interval 1 day as wait")).rejects.toThrow(
    /^Expected Parquet columns id, wait in ".*given\.parquet", got an error in rows 1 to 1: parquet interval not supported\.$/,
  );
});
