import { setTimeout as sleep } from "node:timers/promises";

import type { LogLine } from "../../../src/domain/record/log-line.js";
import { openOutcomeWriter } from "../../../src/storage/log/outcome-writer.js";

/**
 * A program that appends completed lines to the group `all` and prints what becomes of them, a JSON
 * object a line:
 *
 * append-lines.ts DIRECTORY COUNT wait|close
 */
const [directory = "", count = "0", mode] = process.argv.slice(2);

// By default this signal, which comes when a file may not grow, ends the process.
process.on("SIGXFSZ", () => undefined);

function line(position: number): LogLine {
  const finishedAt = 2000 + position;
  const response = `answer ${position.toString()}`;
  const sentAt = 1000 + position;
  const outcome = { status: "completed", sentAt, attempts: 1, response, finishedAt } as const;
  return { kind: "outcome", position, finishedAt, outcome };
}

function print(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

const writer = await openOutcomeWriter(directory, "all", { retryAfterMs: 50 });
let done = 0;
let rejected = 0;
const appended: Promise<void>[] = [];
for (let position = 0; position < Number(count); position += 1) {
  const append = writer.append(line(position));
  appended.push(
    append.then(
      () => void (done += 1),
      () => void (rejected += 1),
    ),
  );
  // One after the other as long as there is room, so that the end of the room lies between two
  // flushes.
  while (done + rejected <= position && writer.failing() === undefined) await sleep(1);
}
if (writer.failing() !== undefined) print({ failing: writer.failing() });
if (mode === "close") await writer.close();
await Promise.all(appended);
print(rejected === 0 ? { done } : { done, rejected });
if (mode !== "close") await writer.close();
