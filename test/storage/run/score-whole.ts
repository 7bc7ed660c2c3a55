import { openLineScoring } from "../../../src/evaluation/scorers/line-scoring.js";
import { finishRun } from "../../../src/storage/run/finish-run.js";

/**
 * A program that finishes the run of a folder, scoring it, as a worker would. It prints `ready`
 * when it begins and `done` when the run has ended.
 *
 * score-whole.ts FOLDER
 */
process.stdout.write("ready\n");
await finishRun(process.argv[2] ?? "", {
  cancelled: [],
  now: () => new Date(),
  openScoring: openLineScoring,
});
process.stdout.write("done\n");
