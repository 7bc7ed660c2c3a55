import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";

import type { InputLine, ReadLinesOptions } from "../../../src/storage/input/input-lines.js";
import { readInputLines } from "../../../src/storage/input/input-lines.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

async function linesOf(content: string | Buffer, options?: ReadLinesOptions): Promise<InputLine[]> {
  const path = join(temporaryFolder(), "input.jsonl");
  writeFileSync(path, content);
  const lines: InputLine[] = [];
  for await (const line of readInputLines(path, options)) lines.push(line);
  return lines;
}

test("each line comes with its number, offset and length", async () => {
  expect(await linesOf("one\ntwö\nthree")).toEqual([
    { line: 1, offset: 0, length: 3, text: "one", utf8: true },
    { line: 2, offset: 4, length: 4, text: "twö", utf8: true },
    { line: 3, offset: 9, length: 5, text: "three", utf8: true },
  ]);
});

test("a carriage return before the line feed belongs to the line's end", async () => {
  expect(await linesOf("one\r\ntwo\r\n")).toEqual([
    { line: 1, offset: 0, length: 3, text: "one", utf8: true },
    { line: 2, offset: 5, length: 3, text: "two", utf8: true },
  ]);
});

test("a byte order mark is passed over and counted in the offset", async () => {
  expect(await linesOf("\uFEFFone\ntwo\n")).toEqual([
    { line: 1, offset: 3, length: 3, text: "one", utf8: true },
    { line: 2, offset: 7, length: 3, text: "two", utf8: true },
  ]);
});

test("only a line feed ends a line", async () => {
  expect((await linesOf("a\u2028b\u2029c\rd\u0085e\n")).map(({ text }) => text)).toEqual([
    "a\u2028b\u2029c\rd\u0085e",
  ]);
});

test("blank lines at the end are passed over, those between are given", async () => {
  const lines = await linesOf("one\n\n \ntwo\n\n  \r\n\n");
  expect(lines.map(({ line, text }) => [line, text])).toEqual([
    [1, "one"],
    [2, ""],
    [3, " "],
    [4, "two"],
  ]);
});

test("bytes that are not UTF-8 are told of", async () => {
  const lines = await linesOf(Buffer.from([0x61, 0x0a, 0xff, 0xfe, 0x0a, 0x62]));
  expect(lines.map(({ utf8 }) => utf8)).toEqual([true, false, true]);
});

test("all bytes are shown in order", async () => {
  const content = Buffer.from(`\uFEFF${"x".repeat(3_000_000)}\r\n\n\ny\n\n`);
  const hash = createHash("sha256");
  await linesOf(content, { onBytes: (bytes) => hash.update(bytes) });
  expect(hash.digest("hex")).toBe(createHash("sha256").update(content).digest("hex"));
});

test("a line that is too long is refused by its number", async () => {
  const content = `short\n${"x".repeat(4_000_000)}\nshort\n`;
  await expect(linesOf(content, { longestLine: 2 << 20 })).rejects.toThrow(
    /Expected lines of at most 2 MiB, got a longer one in ".*input\.jsonl" line 2\./,
  );
});

test("offset and length find each line's bytes in any file", async () => {
  const piece = fc.oneof(
    fc.string({ maxLength: 8 }),
    fc.constantFrom("\n", "\r\n", "\r", " ", "é", "\u2028"),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 30 }), async (pieces) => {
      const content = Buffer.from(pieces.join(""));
      const lines = await linesOf(content);
      for (const { offset, length, text } of lines) {
        expect(content.toString("utf8", offset, offset + length)).toBe(text);
      }
      const all = content
        .toString()
        .replace(/^\uFEFF/, "")
        .split("\n");
      const wanted = all.map((line) => line.replace(/\r$/, ""));
      while (wanted.length > 0 && wanted.at(-1)?.trim() === "") wanted.pop();
      expect(lines.map(({ text }) => text)).toEqual(wanted);
    }),
    { numRuns: 60 },
  );
});
