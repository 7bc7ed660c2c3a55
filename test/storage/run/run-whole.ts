import { finishRun } from "../../../src/storage/run/finish-run.js";
import { openGroupStore } from "../../../src/storage/log/group-store.js";
import type { PrepareExperimentInput } from "../../../src/domain/experiment/experiment.js";
import { prepareRun } from "../../../src/storage/run/prepare-run.js";
import { readRecord } from "./prepared-run.js";

/**
 * A program that prepares a run, answers what has no answer yet and finishes it, as a worker would.
 * It prints `ready` when it begins and `done` when the run has ended.
 *
 * run-whole.ts INPUT    (a PrepareExperimentInput as JSON)
 */
const input = JSON.parse(process.argv[2] ?? "") as PrepareExperimentInput;
const now = (): Date => new Date();

process.stdout.write("ready\n");
const run = await prepareRun(input, { runId: "run-1", checkRecord: () => [], now });
const store = await openGroupStore(run.directory, "all");
await store.openLog();
await store.refresh();
for (let start = 0; start < store.records; start += 50) {
  await Promise.all(
    Array.from({ length: 50 }, async (_, index) => {
      const position = start + index;
      if (position >= store.records || store.statusOf(position)) return;
      const { record } = await readRecord(store, position);
      const response = `answer to ${JSON.stringify(record.prompt)}`;
      const finishedAt = Date.now();
      const outcome = { status: "completed", sentAt: finishedAt, finishedAt, attempts: 1 } as const;
      await store.append({
        kind: "outcome",
        position,
        finishedAt,
        outcome: { ...outcome, response },
      });
    }),
  );
}
await store.close();
await finishRun(run.directory, { cancelled: [], now });
process.stdout.write("done\n");
