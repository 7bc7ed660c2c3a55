import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";

import type { CompletedOutcome } from "../../../src/domain/record/outcome.js";
import { UserError } from "../../../src/domain/failure/user-error.js";
import { finishRun } from "../../../src/storage/run/finish-run.js";
import { openGroupStore } from "../../../src/storage/log/group-store.js";
import type { PreparedExperiment } from "../../../src/domain/experiment/experiment.js";
import { prepareRun } from "../../../src/storage/run/prepare-run.js";
import { readManifest, runPaths } from "../../../src/storage/run/run-folder.js";
import { completedLine, context, failedLine, inputOf, recordLine } from "./prepared-run.js";

const lines = ["{", recordLine(0, { response: 1, status: "mine" }), recordLine(1), recordLine(2)];
const rich: Partial<CompletedOutcome> = {
  sentAt: 7000,
  finishedAt: 7123,
  attempts: 2,
  model: "m-1",
  response: ["a\u2028", null],
  finishReason: "stop",
  usage: { total_tokens: 1 },
  extra: { tool_calls: [{ id: "x" }] },
};

async function earlierRun(): Promise<PreparedExperiment> {
  const run = await prepareRun(inputOf(lines, { skipInvalid: true }), context);
  const store = await openGroupStore(run.directory, "all");
  await store.append(completedLine(0, rich));
  await store.append(failedLine(1));
  await store.append(completedLine(2));
  await store.close();
  await finishRun(run.directory, { cancelled: [], now: () => new Date() });
  return run;
}

/** As `retry-failed` does it: the earlier input is prepared anew. */
async function prepareAgain(
  earlier: PreparedExperiment,
  completedFile: string,
): Promise<PreparedExperiment> {
  const { inputPath, settings } = await readManifest(earlier.directory);
  const again = join(settings.dataFolder, "input", "pilot.jsonl");
  copyFileSync(inputPath, again);
  const input = { settings, inputPath: again, inputName: "pilot.jsonl", takeOver: completedFile };
  return prepareRun(input, { ...context, runId: "run-2" });
}

test("completed outcomes are taken over and give the same lines; failed ones are to be sent", async () => {
  const earlier = await earlierRun();
  const before = runPaths(earlier.directory).completed;
  const run = await prepareAgain(earlier, before);
  const store = await openGroupStore(run.directory, "all");
  await store.refresh();
  expect([0, 1, 2].map((position) => store.statusOf(position))).toEqual([
    "completed",
    undefined,
    "completed",
  ]);
  const reused = { run: earlier.stamp };
  expect((await store.readOutcome(0))?.outcome).toEqual({ status: "completed", ...rich, reused });
  await store.append(completedLine(1));
  await store.close();
  const finished = await finishRun(run.directory, { cancelled: [], now: () => new Date() });
  expect(finished).toMatchObject({ completed: 3, failed: 1, repeatedCalls: 0 });
  const linesBefore = readFileSync(before, "utf8").split("\n");
  const linesAfter = readFileSync(runPaths(run.directory).completed, "utf8").split("\n");
  const mark = `"reused": {"run": "${earlier.stamp}"}, `;
  expect(linesAfter[1]).toContain(mark);
  expect([0, 1, 3].map((at) => linesAfter[at]?.replace(mark, ""))).toEqual(
    [0, 1, 3].map((at) => linesBefore[at]),
  );
  expect(JSON.parse(linesAfter[2] ?? "")).toMatchObject({ id: 1, response: "answer 1" });
});

test.each([
  ["fewer lines", (text: string): string => text.slice(0, text.lastIndexOf("{"))],
  ["more lines", (text: string): string => `${text}{"id": 9}\n`],
])("a completed file with %s than the input is refused", async (_, change) => {
  const earlier = await earlierRun();
  const changed = join(earlier.directory, "changed.jsonl");
  writeFileSync(changed, change(readFileSync(runPaths(earlier.directory).completed, "utf8")));
  await expect(prepareAgain(earlier, changed)).rejects.toThrow(UserError);
  await expect(prepareAgain(earlier, changed)).rejects.toThrow(
    /Expected ".*changed\.jsonl" to have a line for each line of /,
  );
});

test("of a completed file whose last line is torn the whole lines are taken over", async () => {
  const earlier = await earlierRun();
  const completed = runPaths(earlier.directory).completed;
  const whole = readFileSync(completed, "utf8");
  writeFileSync(completed, whole.slice(0, whole.lastIndexOf('"response"')));
  const { settings, inputPath } = await readManifest(earlier.directory);
  const again = join(settings.dataFolder, "input", "pilot.jsonl");
  copyFileSync(inputPath, again);
  const input = { settings, inputPath: again, inputName: "pilot.jsonl" };
  const run = await prepareRun(input, { ...context, runId: "run-2", earlier: [completed] });
  const store = await openGroupStore(run.directory, "all");
  await store.refresh();
  expect([0, 1, 2].map((position) => store.statusOf(position))).toEqual([
    "completed",
    undefined,
    undefined,
  ]);
  await store.close();
});

test("the completed file is read once, however many groups there are", async () => {
  const ofGroups = ["a", "b", "a", "c"].map((group, id) => recordLine(id, { group }));
  const given = inputOf(ofGroups, { groupRates: [] });
  const earlier = await prepareRun(given, context);
  expect(earlier.groups).toHaveLength(3);
  for (const { slug, records } of earlier.groups) {
    const store = await openGroupStore(earlier.directory, slug);
    for (let at = 0; at < records; at += 1) await store.append(completedLine(at));
    await store.close();
  }
  await finishRun(earlier.directory, { cancelled: [], now: () => new Date() });
  // A pipe gives its bytes to one reader, once: a second one would wait for ever.
  const pipe = join(earlier.directory, "pipe.jsonl");
  execFileSync("mkfifo", [pipe]);
  const text = readFileSync(runPaths(earlier.directory).completed);
  const [run] = await Promise.all([prepareAgain(earlier, pipe), writeFile(pipe, text)]);
  for (const { slug, records } of run.groups) {
    const store = await openGroupStore(run.directory, slug);
    await store.refresh();
    expect(store.counts()).toEqual({ completed: records, failed: 0 });
    await store.close();
  }
});
