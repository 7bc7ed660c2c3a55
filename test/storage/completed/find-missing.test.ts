import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findMissing } from "../../../src/storage/completed/find-missing.js";
import type { FindMissing, MissingRecord } from "../../../src/storage/completed/find-missing.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

function fileOf(records: readonly object[], name = "file.jsonl"): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, records.map((record) => `${JSON.stringify(record)}\n`).join(""));
  return path;
}

function record(id: number, given: object = {}): object {
  return { id, api: "test", model_name: "m", prompt: `p${id.toString()}`, ...given };
}

async function missingIn(options: FindMissing): Promise<[number, MissingRecord["reason"]][]> {
  const found: [number, MissingRecord["reason"]][] = [];
  await findMissing(options, ({ line, reason }) => {
    found.push([line, reason]);
  });
  return found;
}

const input = (): string => fileOf([0, 1, 2, 3].map((id) => record(id)));

describe("a record is missing", () => {
  test("by its own id, even where two ids are one number to a double", async () => {
    const ids = ["9007199254740992", "9007199254740993"];
    const lineOf = (id: string): string => `{"id": ${id}, "api": "test", "prompt": "p"}\n`;
    const input = fileOf([]);
    writeFileSync(input, ids.map(lineOf).join(""));
    const output = fileOf([], "output.jsonl");
    writeFileSync(
      output,
      lineOf(ids[0]!).replace("}", ', "status": "completed", "response": "a"}'),
    );
    expect(await missingIn({ input, outputs: [output], idKey: "id" })).toEqual([[2, "absent"]]);
  });

  test("where no output has it, or only as failed", async () => {
    const output = fileOf([
      record(2, { status: "completed", response: "c" }),
      record(0, { status: "failed", response: null, error: {} }),
    ]);
    const options = { input: input(), outputs: [output] };
    expect(await missingIn(options)).toEqual([
      [1, "failed"],
      [2, "absent"],
      [4, "absent"],
    ]);
    expect(await missingIn({ ...options, keepFailed: true })).toEqual([
      [2, "absent"],
      [4, "absent"],
    ]);
    expect(await findMissing(options)).toEqual({ records: 4, missing: 3, failed: 1 });
  });

  test("where the output's last line was cut off", async () => {
    const output = fileOf([record(0, { response: "a" }), record(3, { response: "d" })]);
    writeFileSync(output, readFileSync(output, "utf8").slice(0, -5));
    const found = await missingIn({ input: input(), outputs: [output] });
    expect(found.map(([line]) => line)).toEqual([2, 3, 4]);
  });

  test("unless one of several outputs completed it", async () => {
    const outputs = [
      fileOf([record(0, { status: "failed", response: null })]),
      fileOf([record(0, { status: "completed", response: "a" }), record(3, { response: "d" })]),
    ];
    expect((await missingIn({ input: input(), outputs })).map(([line]) => line)).toEqual([2, 3]);
  });

  test("by a key alone where one is named", async () => {
    const options = {
      input: fileOf([
        { key: "a", prompt: 1 },
        { key: "b", prompt: 2 },
      ]),
      outputs: [fileOf([{ key: "b", prompt: "other", response: "x" }])],
    };
    expect(await missingIn({ ...options, idKey: "key" })).toEqual([[1, "absent"]]);
    expect(await missingIn(options)).toHaveLength(2);
    await expect(missingIn({ ...options, idKey: "id" })).rejects.toThrow(/"id".*line 1.*--id/s);
  });

  test("once for each of several that are alike and have one outcome", async () => {
    const alike = { api: "test", prompt: "same" };
    const options = {
      input: fileOf([alike, alike]),
      outputs: [fileOf([{ ...alike, response: "x" }])],
    };
    expect(await missingIn(options)).toEqual([[2, "absent"]]);
  });

  test("of a CSV too, and is written as JSON with its own text", async () => {
    const path = join(temporaryFolder(), "input.csv");
    writeFileSync(path, 'id,api,model_name,prompt\n0,test,m,p0\n1,test,m,"p1\nx"\n');
    const out = join(temporaryFolder(), "missing.jsonl");
    writeFileSync(out, "what was there before\n");
    const output = fileOf([record(0, { response: "yes" })]);
    await findMissing({ input: path, outputs: [output], out });
    expect(readFileSync(out, "utf8")).toBe(
      '{"id": 1, "api": "test", "model_name": "m", "prompt": "p1\\nx"}\n',
    );
  });
});

test("a file that is not there, and a line that is no record, are named", async () => {
  const out = join(temporaryFolder(), "out.jsonl");
  const gone = join(temporaryFolder(), "gone.jsonl");
  await expect(findMissing({ input: input(), outputs: [gone], out })).rejects.toThrow(gone);
  const bad = join(temporaryFolder(), "bad.jsonl");
  writeFileSync(bad, '{"id": 1}\n[1]\n');
  await expect(findMissing({ input: bad, outputs: [input()], out })).rejects.toThrow(/line 2/);
  expect(existsSync(out)).toBe(false);
});
