import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { GroupTable } from "../../../src/domain/rates/group-table.js";
import { UserError } from "../../../src/domain/failure/user-error.js";
import type { CheckedInput } from "../../../src/storage/input/check-input.js";
import { checkInput } from "../../../src/storage/input/check-input.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { recordLine } from "../run/prepared-run.js";

const checkRecord = ({ api }: { readonly api: string }): readonly string[] =>
  api === "test" ? [] : [`Unknown API "${api}".`, "Did you mean `test`?"];

const oneGroup = (): GroupTable => new GroupTable({ name: "pilot", requestsPerMinute: 10 });

async function check(
  content: string,
  { skipInvalid = false, name = "pilot.jsonl" } = {},
): Promise<CheckedInput> {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return checkInput(path, { checkRecord, skipInvalid }, oneGroup());
}

async function messageOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  return (error as UserError).message.replace(/"[^"]*\/([^"/]*)"/g, '"$1"');
}

test("a sound file is counted, hashed and its models listed", async () => {
  const lines = [
    recordLine(0, { model_name: "b" }),
    recordLine(1, { model_name: "a" }),
    recordLine(2, { model_name: "b" }),
    recordLine(3, { model_name: null }),
  ];
  const content = `${lines.join("\n")}\n\n`;
  const checked = await check(content);
  expect({ ...checked, sampleByTarget: [...checked.sampleByTarget] }).toEqual({
    records: 4,
    invalid: 0,
    sha256: createHash("sha256").update(content).digest("hex"),
    targets: ["test/b", "test/a", "test"],
    sampleByTarget: [
      ["test/b", { id: 0, api: "test", model_name: "b", prompt: "p0" }],
      ["test/a", { id: 1, api: "test", model_name: "a", prompt: "p1" }],
      ["test", { id: 3, api: "test", prompt: "p3" }],
    ],
  });
});

test("invalid lines are told of by number, the first five problems", async () => {
  const bad = ["{", "", "[]", '{"api": "tset", "prompt": "a"}', '{"api": "test"}', "5", '"6"'];
  const message = await messageOf(check([recordLine(0), ...bad, recordLine(1)].join("\n")));
  expect(message.replace(/Expected JSON: .*/, "Expected JSON: …")).toBe(
    [
      'Found 7 invalid lines in "pilot.jsonl":',
      "  line 2: Expected JSON: …",
      "  line 3: Expected a JSON object, got a blank line.",
      "  line 4: Expected a JSON object, got a list.",
      '  line 5: Unknown API "tset". Did you mean `test`?',
      "  line 6: Expected `prompt`, a string, a list of strings, or a list of objects with `role` and `content`; it is missing.",
      "  and 2 more problems: `ostinato check` lists them all",
      "Nothing was sent. Correct the lines, or pass --skip-invalid to record them as failed and send the rest.",
    ].join("\n"),
  );
});

test("lines with the same problem are told of together", async () => {
  const bad = Array(7).fill('{"api": "test"}') as string[];
  const message = await messageOf(check([recordLine(0), ...bad, "5"].join("\n")));
  expect(message).toContain(
    'Found 8 invalid lines in "pilot.jsonl":\n  7 records, lines 2, 3, 4, 5, 6 …: Expected `prompt`',
  );
  expect(message).toContain("\n  line 9: Expected a JSON object, got 5.\n");
});

test("the counts of invalid lines have thousands separators", async () => {
  const message = await messageOf(check(Array(2_000).fill('{"api": "test"}').join("\n")));
  expect(message).toContain("Found 2,000 invalid lines");
  expect(message).toContain("  2,000 records, lines 1, 2, 3, 4, 5 …: Expected `prompt`");
});

test("invalid lines are counted where they may be skipped", async () => {
  const content = [recordLine(0), "{", recordLine(1), "\xff"].join("\n");
  expect(await check(content, { skipInvalid: true })).toMatchObject({ records: 2, invalid: 2 });
});

test("a file with nothing but invalid lines is refused even so", async () => {
  const message = await messageOf(check("{\n5\n", { skipInvalid: true }));
  expect(message).toContain("Found 2 invalid lines");
  expect(message).toContain("No line of it is a valid record.");
});

test("bytes that are not UTF-8 make a line invalid", async () => {
  const path = join(temporaryFolder(), "latin.jsonl");
  writeFileSync(path, Buffer.from(recordLine(0, { prompt: "é" }), "latin1"));
  const message = await messageOf(
    checkInput(path, { checkRecord, skipInvalid: false }, oneGroup()),
  );
  expect(message).toContain("line 1: Expected UTF-8 text, got other bytes.");
});

test.each([
  ["", "Expected records in"],
  ["\n \n\n", "Expected records in"],
  ["\uFEFF", "Expected records in"],
])("an empty file is refused", async (content, start) => {
  expect(await messageOf(check(content))).toContain(start);
});

test("another suffix is refused", async () => {
  const message = await messageOf(check(recordLine(0), { name: "pilot.xlsx" }));
  expect(message).toContain(
    'Expected an input file that ends in .jsonl, .ndjson, .json, .csv, .tsv or .txt, got "pilot.xlsx".',
  );
});

test("a missing file and a folder are refused", async () => {
  const folder = temporaryFolder();
  const options = { checkRecord, skipInvalid: false };
  expect(await messageOf(checkInput(join(folder, "none.jsonl"), options, oneGroup()))).toBe(
    'Expected an input file, found nothing at "none.jsonl". Check the path.',
  );
  mkdirSync(join(folder, "folder.jsonl"));
  expect(await messageOf(checkInput(join(folder, "folder.jsonl"), options, oneGroup()))).toBe(
    'Expected an input file, got a folder: "folder.jsonl". Name a file in it.',
  );
});
