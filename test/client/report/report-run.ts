import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type {
  ExperimentSettings,
  StageOfExperiment,
  StartFacts,
} from "../../../src/domain/experiment/experiment.js";
import type { LogLine } from "../../../src/domain/record/log-line.js";
import { openLineScoring } from "../../../src/evaluation/scorers/line-scoring.js";
import { openGroupStore } from "../../../src/storage/log/group-store.js";
import { finishRun } from "../../../src/storage/run/finish-run.js";
import { prepareRun } from "../../../src/storage/run/prepare-run.js";
import { context, settingsOf } from "../../storage/run/prepared-run.js";

/** A run of the experiment `pilot` in a data folder of its own, as a worker would leave it. */
export interface ReportRun {
  readonly dataFolder: string;
  /** The state folder. */
  readonly directory: string;
}

export interface GivenRun {
  /** Input lines. */
  readonly lines: readonly string[];
  /** Log lines of these records. */
  readonly log: readonly LogLine[];
  readonly settings?: Partial<ExperimentSettings>;
  /** @default true */
  readonly finished?: boolean;
  /** @default "pilot" */
  readonly name?: string;
  readonly started?: StartFacts;
  /** Set for a judge run of another run's answers. */
  readonly stage?: StageOfExperiment;
  /** The folder of another run. @default a new one */
  readonly dataFolder?: string;
}

/** The caller removes its data folder. */
export async function reportRun({
  lines,
  log,
  settings = {},
  finished = true,
  name = "pilot",
  started = {},
  stage,
  dataFolder = mkdtempSync(join(tmpdir(), "ostinato-report-")),
}: GivenRun): Promise<ReportRun> {
  const inputName = `${name}.jsonl`;
  const inputPath = join(dataFolder, "input", inputName);
  mkdirSync(join(dataFolder, "input"), { recursive: true });
  writeFileSync(inputPath, `${lines.join("\n")}\n`);
  const given = settingsOf(dataFolder, { name, ...settings });
  const input = { settings: given, inputPath, inputName, started };
  const { directory } = await prepareRun(input, { ...context, ...(stage && { stage }) });
  const store = await openGroupStore(directory, "all");
  await Promise.all(log.map((line) => store.append(line)));
  await store.close();
  const now = (): Date => new Date();
  if (finished) {
    await finishRun(directory, { cancelled: [], now, openScoring: openLineScoring });
  }
  return { dataFolder, directory };
}
