import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { buildReuseIndex } from "../../../src/storage/reuse/build-reuse-index.js";
import { openReuseIndex } from "../../../src/storage/reuse/reuse-index.js";
import { writeRowKeys } from "../../../src/storage/reuse/row-keys.js";
import { writeLogWhole } from "../../../src/storage/log/log-files.js";
import { aggregationFolder } from "../../../src/storage/run/aggregation-folder.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

const key = "answer:1";

/** A run of one row, which has called if it has an answer. */
async function runAt(directory: string, answer?: string): Promise<string> {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "input.jsonl"), '{"line_number":0,"inputs":{}}\n');
  await writeRowKeys(directory, join(directory, "input.jsonl"));
  const facts = { position: 0, key, sentAt: 1, finishedAt: 2 };
  const call = { kind: "call", ...facts, answer: { response: answer ?? "" } } as const;
  const place = { directory, slug: "rows", writer: "one" };
  await writeLogWhole(place, answer === undefined ? [] : [call]);
  return directory;
}

async function answerIn(directory: string): Promise<unknown> {
  const index = await openReuseIndex(directory);
  const line = await index?.lineOf(0, key);
  await index?.close();
  return line?.kind === "call" ? line.answer?.response : undefined;
}

test("the calls of lines that an earlier run took over are found in the run that made them", async () => {
  const output = temporaryFolder();
  const made = await runAt(join(output, "first/.01-01-2026-10-00-00"), "yes");
  const first = await runAt(join(output, "second/.01-01-2026-11-00-00"));
  await buildReuseIndex(first, { resumed: made });
  const again = await runAt(join(output, "second/.01-01-2026-12-00-00"));
  await buildReuseIndex(again);
  expect(await answerIn(again)).toBe("yes");
  const third = await runAt(join(output, "third/.01-01-2026-13-00-00"));
  await buildReuseIndex(third, { resumed: again });
  const last = await runAt(join(output, "third/.01-01-2026-14-00-00"));
  await buildReuseIndex(last);
  expect(await answerIn(last)).toBe("yes");
  // The answers of a run that was removed are gone.
  rmSync(dirname(made), { recursive: true });
  const later = await runAt(join(output, "third/.01-01-2026-15-00-00"));
  await buildReuseIndex(later);
  expect(await answerIn(later)).toBeUndefined();
});

test("an earlier run may have made more calls than a function takes arguments", async () => {
  const output = temporaryFolder();
  const made = await runAt(join(output, "large/.01-01-2026-10-00-00"), "first");
  const facts = { kind: "call", position: 0, key, sentAt: 1, finishedAt: 2 } as const;
  const calls = Array.from({ length: 150_000 }, (_, call) => ({
    ...facts,
    call,
    answer: { response: String(call) },
  }));
  await writeLogWhole({ directory: made, slug: "rows", writer: "two" }, calls);
  const again = await runAt(join(output, "large/.01-01-2026-11-00-00"));
  await buildReuseIndex(again);
  expect(await answerIn(again)).toBe("first");
});

test("the calls of an aggregation are found across a resumed run of another name", async () => {
  const output = temporaryFolder();
  const made = await runAt(join(output, "first/.01-01-2026-10-00-00"), "line");
  await runAt(aggregationFolder(made), "review");
  const first = await runAt(join(output, "second/.01-01-2026-11-00-00"));
  await buildReuseIndex(first, { resumed: made });
  const again = await runAt(join(output, "second/.01-01-2026-12-00-00"));
  const review = await runAt(aggregationFolder(again));
  await buildReuseIndex(review);
  expect(await answerIn(review)).toBe("review");
});

test("of several answers, that of the latest run counts, whatever its name is", async () => {
  const output = temporaryFolder();
  const made = await runAt(join(output, "first/.01-01-2026-10-00-00"), "old");
  const first = await runAt(join(output, "second/.01-01-2026-11-00-00"), "new");
  await buildReuseIndex(first, { resumed: made });
  const again = await runAt(join(output, "second/.01-01-2026-12-00-00"));
  await buildReuseIndex(again);
  expect(await answerIn(again)).toBe("new");
});
