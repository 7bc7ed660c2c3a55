import { readFileSync, truncateSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";

import type { LogLine } from "../../../src/domain/record/log-line.js";
import { entryBytes } from "../../../src/storage/log/log-entry.js";
import { OutcomeReader } from "../../../src/storage/log/outcome-reader.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { appendLog, readerOf } from "./logged.js";
import { completedLine, failedAttempt, failedLine } from "../run/prepared-run.js";

test("whatever was logged and however far the positions got, a reader agrees with a plain count", async () => {
  const position = fc.nat(4);
  const finishedAt = fc.integer({ min: 1, max: 5 });
  const line: fc.Arbitrary<LogLine> = fc.oneof(
    fc.tuple(position, finishedAt).map(([at, time]) => completedLine(at, { finishedAt: time })),
    fc.tuple(position, finishedAt).map(([at, time]) => failedLine(at, { finishedAt: time })),
    position.map((at) => failedAttempt(at)),
  );
  const step = fc.record({
    file: fc.constantFrom("all.a", "all.b", "all.c"),
    lines: fc.array(line, { maxLength: 6 }),
    refresh: fc.boolean(),
  });
  const cuts = fc.array(fc.nat(3 * entryBytes), { minLength: 3, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 8 }), cuts, async (steps, cutOff) => {
      const directory = temporaryFolder();
      const reader = new OutcomeReader(directory, "all", 5);
      for (const { file, lines, refresh } of steps) {
        appendLog(directory, file, { lines });
        if (refresh) await reader.refresh();
      }
      ["all.a", "all.b", "all.c"].forEach((file, index) => {
        cutPositions(join(directory, `${file}.positions`), cutOff[index] ?? 0);
      });
      await reader.refresh();
      const afresh = await readerOf(directory, 5);
      const all = steps.flatMap(({ file, lines }) => lines.map((each) => ({ file, line: each })));
      for (const each of [reader, afresh]) expect(await summaryOf(each)).toEqual(modelOf(all));
    }),
    { numRuns: 60 },
  );
});

function cutPositions(path: string, bytes: number): void {
  let content: Buffer;
  try {
    content = readFileSync(path);
  } catch {
    return;
  }
  truncateSync(path, Math.max(0, content.length - bytes));
}

interface Summary {
  readonly outcomes: readonly (LogLine | undefined)[];
  readonly attempts: readonly number[];
  readonly repeatedCalls: number;
}

async function summaryOf(reader: OutcomeReader): Promise<Summary> {
  const positions = [0, 1, 2, 3, 4];
  return {
    outcomes: await Promise.all(positions.map((position) => reader.readOutcome(position))),
    attempts: positions.map((position) => reader.table.attemptsOf(position)),
    repeatedCalls: reader.table.repeatedCalls(),
  };
}

function modelOf(all: readonly { readonly file: string; readonly line: LogLine }[]): Summary {
  const positions = [0, 1, 2, 3, 4];
  const completedOf = (position: number): LogLine[] => ofStatus(all, position, "completed");
  return {
    outcomes: positions.map(
      (position) => completedOf(position)[0] ?? ofStatus(all, position, "failed")[0],
    ),
    attempts: positions.map(
      (position) =>
        all.filter(({ line }) => line.kind === "failed-attempt" && line.position === position)
          .length,
    ),
    repeatedCalls: positions.reduce(
      (sum, position) => sum + Math.max(0, completedOf(position).length - 1),
      0,
    ),
  };
}

/** In the order in which they count. */
function ofStatus(
  all: readonly { readonly file: string; readonly line: LogLine }[],
  position: number,
  status: "completed" | "failed",
): LogLine[] {
  return all
    .filter(({ line }) => line.kind === "outcome" && line.outcome.status === status)
    .filter(({ line }) => line.position === position)
    .sort((a, b) => a.line.finishedAt - b.line.finishedAt || (a.file < b.file ? -1 : 1))
    .map(({ line }) => line);
}
