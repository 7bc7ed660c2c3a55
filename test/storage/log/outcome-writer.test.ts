import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import type { LogLine } from "../../../src/domain/record/log-line.js";
import {
  decodeEntry,
  encodeEntry,
  entryBytes,
  entryOf,
} from "../../../src/storage/log/log-entry.js";
import { openOutcomeWriter, SealedError } from "../../../src/storage/log/outcome-writer.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { completedLine, failedAttempt, refusedLine, turnLine } from "../run/prepared-run.js";

function linesIn(path: string): unknown[] {
  const text = readFileSync(path, "utf8");
  expect(text === "" || text.endsWith("\n")).toBe(true);
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as unknown);
}

test("what was appended is in the log, and its positions beside it", async () => {
  const directory = temporaryFolder();
  const writer = await openOutcomeWriter(directory, "all");
  const lines: LogLine[] = [
    failedAttempt(7, { attempt: 300 }),
    turnLine(8, 2),
    completedLine(7, { response: "a\u2028ü" }),
    refusedLine(9, "test/m", 5),
  ];
  const entries = await Promise.all(lines.map((line) => writer.append(line)));
  await writer.close();

  const path = join(directory, writer.fileName);
  expect(linesIn(path)).toEqual(lines);
  const log = readFileSync(path);
  expect(log.includes("\u2028")).toBe(false);
  const positions = readFileSync(path.replace(".jsonl", ".positions"));
  const read = lines.map((_, index) => decodeEntry(positions, index * entryBytes));
  expect(positions).toHaveLength(lines.length * entryBytes);
  expect(read).toEqual(
    entries.map((entry) => ({ ...entry, attempt: Math.min(entry.attempt, 255) })),
  );
  expect(read).toMatchObject([
    { position: 7, kind: "failed-attempt", attempt: 255, finishedAt: 1500 },
    { position: 8, kind: "turn", call: 2 },
    { position: 7, kind: "completed", call: undefined, finishedAt: 2007 },
    { position: 9, kind: "refused", finishedAt: 5 },
  ]);
  entries.forEach(({ offset, length }, index) => {
    expect(JSON.parse(log.toString("utf8", offset, offset + length))).toEqual(lines[index]);
  });
});

test("flushes of a busy log start at least 20 ms apart", async () => {
  const directory = temporaryFolder();
  const writer = await openOutcomeWriter(directory, "all");
  const startMs = performance.now();
  await writer.append(completedLine(0));
  await writer.append(completedLine(1));
  await writer.append(completedLine(2));
  // Node.js cuts a timer's fraction of a millisecond off, and may fire it a millisecond early.
  expect(performance.now() - startMs).toBeGreaterThan(35);
  await writer.close();
  expect(linesIn(join(directory, writer.fileName))).toHaveLength(3);
});

test("closing a log ends the wait for the next flush", async () => {
  const directory = temporaryFolder();
  const writer = await openOutcomeWriter(directory, "all");
  await writer.append(completedLine(0));
  const appended = writer.append(completedLine(1));
  await writer.close();
  expect(await appended).toMatchObject({ position: 1 });
});

test("each writer has a file of its own", async () => {
  const directory = temporaryFolder();
  const writers = await Promise.all([1, 2, 3].map(() => openOutcomeWriter(directory, "a.b")));
  expect(readdirSync(directory).filter((name) => name.endsWith(".jsonl"))).toHaveLength(3);
  for (const { fileName } of writers) expect(fileName).toMatch(/^a\.b\.[^.]+-\d+-[^.]+\.jsonl$/);
  for (const writer of writers) await writer.close();
});

test("where no file can be made, opening tells", async () => {
  await expect(openOutcomeWriter(join(temporaryFolder(), "none"), "all")).rejects.toThrow("ENOENT");
});

test("many appends at once stay in order, and take far fewer flushes than lines", async () => {
  const directory = temporaryFolder();
  const writer = await openOutcomeWriter(directory, "all");
  const started = performance.now();
  await writer.append(completedLine(0));
  const oneMs = performance.now() - started;
  const many = Array.from({ length: 2000 }, (_, index) => completedLine(index + 1));
  const begun = performance.now();
  await Promise.all(many.map((line) => writer.append(line)));
  const manyMs = performance.now() - begun;
  await writer.close();
  expect(linesIn(join(directory, writer.fileName))).toEqual([completedLine(0), ...many]);
  // A busy machine may hold the process up for a second.
  expect(manyMs).toBeLessThan(2000 * Math.max(oneMs, 5));
});

test("once the run is sealed appends are refused", async () => {
  const directory = temporaryFolder();
  const writer = await openOutcomeWriter(directory, "all");
  await writer.append(completedLine(0));
  writeFileSync(join(directory, "sealed.json"), "{}");
  await expect(writer.append(completedLine(1))).rejects.toBeInstanceOf(SealedError);
  await expect(writer.append(completedLine(2))).rejects.toBeInstanceOf(SealedError);
  await writer.close();
  expect(linesIn(join(directory, writer.fileName))).toEqual([completedLine(0)]);
});

test("each append that succeeded was on disk before the seal", async () => {
  const directory = temporaryFolder();
  const writer = await openOutcomeWriter(directory, "all");
  const path = join(directory, writer.fileName);
  const positions: number[] = [];
  let sealed = false;
  const append = async (): Promise<void> => {
    for (let position = 0; ; position += 1) {
      await writer.append(completedLine(position));
      positions.push(position);
    }
  };
  const appending = append();
  const seal = async (): Promise<unknown[]> => {
    while (positions.length < 20) await new Promise((resolve) => setImmediate(resolve));
    writeFileSync(join(directory, "sealed.json"), "{}");
    sealed = true;
    return linesIn(path);
  };
  const atSeal = await seal();
  await expect(appending).rejects.toBeInstanceOf(SealedError);
  expect(sealed).toBe(true);
  expect(positions.length).toBeLessThanOrEqual(atSeal.length);
  expect(atSeal.slice(0, positions.length)).toEqual(positions.map((at) => completedLine(at)));
  await writer.close();
});

test("a closed writer takes nothing more, and what came before is on disk", async () => {
  const directory = temporaryFolder();
  const writer = await openOutcomeWriter(directory, "all");
  const appended = writer.append(completedLine(0));
  await writer.close();
  await appended;
  expect(linesIn(join(directory, writer.fileName))).toEqual([completedLine(0)]);
  await expect(writer.append(completedLine(1))).rejects.toThrow("got a closed one");
});

test(
  "200,000 lines that come at once go to disk in their order",
  { timeout: 120_000 },
  async () => {
    const directory = temporaryFolder();
    const writer = await openOutcomeWriter(directory, "all");
    const count = 200_000;
    const appended: Promise<unknown>[] = [];
    for (let position = 0; position < count; position += 1) {
      appended.push(writer.append(refusedLine(position, "test/m", 5)));
    }
    await Promise.all(appended);
    await writer.close();
    const path = join(directory, writer.fileName);
    const positions = readFileSync(path.replace(".jsonl", ".positions"));
    expect(positions).toHaveLength(count * entryBytes);
    expect(decodeEntry(positions, 0)).toMatchObject({ position: 0, offset: 0 });
    expect(decodeEntry(positions, (count - 1) * entryBytes)).toMatchObject({ position: count - 1 });
    expect(readFileSync(path, "utf8").endsWith("\n")).toBe(true);
  },
);

test("an entry keeps what its call cost, also if nobody knows it", () => {
  const tokens = { input: 1_000, cachedInput: 400, cacheWrite: 7, output: 100, reasoning: 60 };
  for (const spend of [
    { cost: 0.0024, tokens },
    { cost: null, tokens },
    { cost: 1.000000000001, tokens, reused: true as const },
  ]) {
    const entry = entryOf({ ...completedLine(3), spend }, { offset: 10, length: 20 });
    expect(decodeEntry(encodeEntry(entry), 0)).toEqual(entry);
    expect(entry.spend).toEqual(spend);
  }
});

test("a line that comes just after another is on disk, is written too, at whichever moment", async () => {
  const directory = temporaryFolder();
  const writer = await openOutcomeWriter(directory, "all");
  for (let moments = 0; moments <= 10; moments += 1) {
    await writer.append(completedLine(moments));
    for (let moment = 0; moment < moments; moment += 1) await Promise.resolve();
    expect(await writer.append(completedLine(100 + moments))).toMatchObject({ kind: "completed" });
  }
  await writer.close();
  expect(linesIn(join(directory, writer.fileName))).toHaveLength(22);
});
