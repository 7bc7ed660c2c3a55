import { join } from "node:path";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { formatResults, writeResults } from "../../../src/index.js";
import type { FormatOptions } from "../../../src/index.js";
import { duckdb } from "../../helpers/duckdb.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

const lines = [
  `{"id": 1, "api": "openai", "model_name": "gpt-4o", "prompt": "a|b", "seed": 12345678901234567890, "status": "completed", "response": "line\\n*two*", "usage": {"total_tokens": 7}}`,
  `{"id": 2, "api": "openai", "model_name": "gpt-5", "prompt": "p", "status": "failed", "response": null, "error": {"type": "timeout", "message": "too slow, \\"really\\""}}`,
  `{"id": 3, "api": "azure", "model_name": "gpt-4o", "prompt": "q", "status": "completed", "response": "no"}`,
];

async function* given(texts: readonly string[]): AsyncGenerator<string> {
  yield* texts;
}

async function written(options: FormatOptions, texts = lines): Promise<string> {
  const parts: Buffer[] = [];
  for await (const piece of formatResults(given(texts), options)) parts.push(Buffer.from(piece));
  return Buffer.concat(parts).toString();
}

describe("the lines of a completed file", () => {
  test("are written as they are", async () => {
    expect(await written({})).toBe(`${lines.join("\n")}\n`);
  });

  test("are chosen by failure and by model, with or without its API", async () => {
    expect(await written({ failed: true })).toBe(`${lines[1]}\n`);
    expect(await written({ models: ["gpt-4o"] })).toBe(`${lines[0]}\n${lines[2]}\n`);
    expect(await written({ models: ["azure/gpt-4o", "gpt-5"] })).toBe(`${lines[1]}\n${lines[2]}\n`);
    expect(await written({ models: ["gpt-4o"], failed: true })).toBe("");
  });

  test("have the columns in their order, also of objects; numbers keep their digits", async () => {
    const columns = ["seed", "id", "error.message", "usage.total_tokens"];
    expect((await written({ columns })).split("\n")).toEqual([
      `{"seed": 12345678901234567890, "id": 1, "error.message": null, "usage.total_tokens": 7}`,
      `{"seed": null, "id": 2, "error.message": "too slow, \\"really\\"", "usage.total_tokens": null}`,
      `{"seed": null, "id": 3, "error.message": null, "usage.total_tokens": null}`,
      "",
    ]);
    const dotted = `{"a.b": 1, "a": {"b": 2, "c.d": {"e": 3}}}`;
    expect(await written({ columns: ["a.b", "a.c.d.e"] }, [dotted])).toBe(
      `{"a.b": 1, "a.c.d.e": 3}\n`,
    );
  });

  test("name the models and columns that no record has", async () => {
    const notices: string[] = [];
    const onNotice = (text: string): void => void notices.push(text);
    await written({ models: ["gpt-4", "gpt-5"], columns: ["id", "promt"], onNotice });
    expect(notices).toEqual([
      'No record has the model "gpt-4". Did you mean "gpt-4o"?',
      'No record has the column "promt". Did you mean "prompt"?',
    ]);
  });
});

test("CSV has a column per key, or the chosen ones; a file begins with a byte order mark", async () => {
  const rows = (await written({ format: "csv", failed: true })).split("\n");
  expect(rows).toEqual([
    "id,api,model_name,prompt,status,response,error",
    `2,openai,gpt-5,p,failed,,"{""type"": ""timeout"", ""message"": ""too slow, \\""really\\""""}"`,
    "",
  ]);
  expect(await written({ format: "csv", columns: ["id", "response"] })).toBe(
    'id,response\n1,"line\n*two*"\n2,\n3,no\n',
  );
  const path = join(temporaryFolder(), "table.csv");
  await writeResults(path, given(lines), { format: "csv", columns: ["id"] });
  expect(readFileSync(path, "utf8")).toBe("\ufeffid\n1\n2\n3\n");
});

test("Markdown keeps line ends, and shows the marks of Markdown as they are", async () => {
  expect(await written({ format: "md", columns: ["id", "prompt", "response"] })).toBe(
    [
      "| id  | prompt | response        |",
      "| --- | ------ | --------------- |",
      "| 1   | a\\|b   | line<br>\\*two\\* |",
      "| 2   | p      |                 |",
      "| 3   | q      | no              |",
      "",
    ].join("\n"),
  );
});

test("the columns of Markdown are aligned, except for long cells", async () => {
  const long = "x".repeat(61);
  const asked = [
    { a: "日本", b: "1" },
    { a: long, b: "2" },
  ].map((line) => JSON.stringify(line));
  expect(await written({ format: "md" }, asked)).toBe(
    ["| a    | b   |", "| ---- | --- |", "| 日本 | 1   |", `| ${long} | 2   |`, ""].join("\n"),
  );
});

test("Parquet has the types of the values, and DuckDB reads it", async () => {
  const path = join(temporaryFolder(), "table.parquet");
  const columns = ["id", "response", "usage.total_tokens", "error"];
  await writeResults(path, given(lines), { format: "parquet", columns });
  expect(await duckdb(`select *, error->>'$.type' as kind from '${path}'`)).toEqual([
    { id: "1", response: "line\n*two*", "usage.total_tokens": "7", error: null, kind: null },
    {
      id: "2",
      response: null,
      "usage.total_tokens": null,
      kind: "timeout",
      error: '{"type":"timeout","message":"too slow, \\"really\\""}',
    },
    { id: "3", response: "no", "usage.total_tokens": null, error: null, kind: null },
  ]);
});

test.each(["csv", "md", "parquet"] as const)("%s of no records is empty", async (format) => {
  expect(await written({ format, failed: true }, [lines[0] ?? ""])).toBe("");
});

describe("a wide table", () => {
  const asked = [
    { id: 1, model_name: "a", prompt: "p", status: "completed", response: "A1; so", level: 2 },
    { id: 1, model_name: "b", prompt: "p", status: "failed", response: null },
    { id: 1, model_name: "a", prompt: "p", status: "completed", response: "again" },
    // Its answer of b comes after another row.
    { id: 2, model_name: "a", prompt: ["p", "q"], status: "completed", response: ["x", "y"] },
    { id: 3, model_name: "b", prompt: "r", status: "completed", response: "B3" },
    { id: 2, model_name: "b", prompt: ["p", "q"], status: "completed", response: "B2" },
  ].map((record) => JSON.stringify({ api: "t", ...record }));

  test("has a row per prompt and a column per model, in the order of the input", async () => {
    expect(await written({ wide: true }, asked)).toBe(
      [
        '{"id": 1, "prompt": "p", "t/a": "A1; so", "t/b": null}',
        '{"id": 1, "prompt": "p", "t/a": "again", "t/b": null}',
        '{"id": 2, "prompt": ["p","q"], "t/a": ["x","y"], "t/b": "B2"}',
        '{"id": 3, "prompt": "r", "t/a": null, "t/b": "B3"}',
        "",
      ].join("\n"),
    );
  });

  test("has the columns, models and separator that are asked for", async () => {
    const notices: string[] = [];
    const options = { wide: true, columns: ["id", "level", "levle"], separator: ";" } as const;
    const onNotice = (text: string): void => void notices.push(text);
    expect(await written({ ...options, format: "csv", models: ["a"], onNotice }, asked)).toBe(
      'id;level;levle;t/a\n1;2;;"A1; so"\n1;;;again\n2;;;"[""x"",""y""]"\n',
    );
    expect(notices).toEqual(['No record has the column "levle".']);
  });

  test("is written as Markdown and Parquet too", async () => {
    const markdown = await written({ wide: true, format: "md" }, asked);
    expect(markdown).toContain("| id  | prompt      | t/a         | t/b |\n");
    const path = join(temporaryFolder(), "wide.parquet");
    await writeResults(path, given(asked), { wide: true, format: "parquet" });
    expect(await duckdb(`select id, "t/b" as b from '${path}' where "t/b" is not null`)).toEqual([
      { id: "2", b: "B2" },
      { id: "3", b: "B3" },
    ]);
  });
});
