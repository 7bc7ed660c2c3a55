/**
 * Prepares a run of a CSV file like a worker, and prints the duration and the process's peak
 * memory.
 *
 * `node --import tsx bench/lib/prepare-csv.ts TABLE.csv DATA-FOLDER`
 */
import { mkdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { checkRecord } from "../../src/providers/registry/registry.js";
import { completeRunSettings } from "../../src/settings/resolve-settings.js";
import { toExperimentSettings } from "../../src/client/start/check-experiment.js";
import { prepareRun } from "../../src/storage/run/prepare-run.js";

const [inputPath = "", dataFolder = ""] = process.argv.slice(2);
await mkdir(join(dataFolder, "input"), { recursive: true });
const given = completeRunSettings({ file: inputPath, dataFolder, requestsPerMinute: 600 });
const settings = toExperimentSettings(given, "table");
const startedAt = performance.now();
const { records } = await prepareRun(
  { settings, inputPath, inputName: basename(inputPath) },
  { runId: "run", checkRecord, now: () => new Date() },
);
const seconds = (performance.now() - startedAt) / 1_000;
const peakBytes = process.resourceUsage().maxRSS * 1_024;
console.log(JSON.stringify({ seconds, peakBytes, records }));
