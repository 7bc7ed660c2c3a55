import { expect, test } from "vitest";
import type { SampleDefinition } from "../../../../src/pipeline/definition/definition.js";
import { sampleRows } from "../../../../src/pipeline/steps/sample/sample-rows.js";

const drawn = Array.from({ length: 10 }, (_, i) => ({ topic: `t${i}`, level: i }));

function rowsOf(given: Partial<SampleDefinition>) {
  const draw = { file: "seeds.jsonl" };
  return [...sampleRows({ use: "sample", draw, rows: 10, seed: 7, ...given }, { drawn })];
}

test("whole rows are drawn, the same in every run, and differ by seed", () => {
  const rows = rowsOf({ rows: 1_000 });
  for (const row of rows) expect(drawn).toContainEqual(row);
  expect(rowsOf({ rows: 1_000 })).toEqual(rows);
  expect(rowsOf({ rows: 1_000, seed: 8 })).not.toEqual(rows);
  // 1,000 draws of 10 rows: each comes about 100 times.
  for (const { topic } of drawn) {
    const times = rows.filter((row) => row["topic"] === topic).length;
    expect(times).toBeGreaterThan(60);
    expect(times).toBeLessThan(140);
  }
});

test("without replacement each row is drawn once, and no more than there are", () => {
  const draw = { file: "seeds.jsonl", replace: false };
  const rows = rowsOf({ draw });
  expect(new Set(rows.map(({ topic }) => topic)).size).toBe(10);
  expect(rows).not.toEqual(drawn);
  expect(rowsOf({ draw, rows: 4 })).toEqual(rows.slice(0, 4));
  expect(() => rowsOf({ draw, rows: 11 })).toThrow(
    'Expected at most 10 rows, which is the number of rows in "seeds.jsonl", because no row is drawn twice. Set `rows` to 10, or leave out `replace: false`.',
  );
});

test("samplers stand beside the drawn columns, and a subcategory may depend on one", () => {
  const columns: SampleDefinition["columns"] = {
    hint: {
      type: "subcategory",
      of: "topic",
      values: Object.fromEntries(drawn.map(({ topic }) => [topic, [`about ${topic}`]])),
    },
  };
  const draw = { file: "seeds.jsonl", columns: ["topic"] };
  for (const row of rowsOf({ columns, draw })) {
    const { topic } = drawn.find((one) => one.topic === row["topic"])!;
    expect(row).toEqual({ topic, hint: `about ${topic}` });
  }
  // A further sampler changes no draw.
  const topics = (rows: readonly object[]) => rows.map((row) => "topic" in row && row.topic);
  expect(topics(rowsOf({ draw }))).toEqual(topics(rowsOf({ columns, draw })));
});

test("a column that the file has not, and a file without rows, are told", () => {
  expect(() => rowsOf({ draw: { file: "seeds.jsonl", columns: ["topc"] } })).toThrow(
    'Expected the column "topc" in "seeds.jsonl". Did you mean "topic"?',
  );
  const empty = { use: "sample", draw: { file: "e.csv" }, rows: 1 } as const;
  expect(() => [...sampleRows(empty)]).toThrow('Expected rows to draw in "e.csv", found none.');
});
