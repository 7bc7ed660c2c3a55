import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { toExperimentSettings } from "../../src/client/start/check-experiment.js";
import type { LogLine } from "../../src/domain/record/log-line.js";
import { openLineScoring } from "../../src/evaluation/scorers/line-scoring.js";
import { checkRecord, tokensOfApi } from "../../src/providers/registry/registry.js";
import { completeRunSettings } from "../../src/settings/resolve-settings.js";
import { writeLogWhole } from "../../src/storage/log/log-files.js";
import { finishRun } from "../../src/storage/run/finish-run.js";
import { prepareRun } from "../../src/storage/run/prepare-run.js";

/** Word in the prompt of every record, and in every thousandth answer. */
export const frequentWord = "describe";
export const rareWord = "wolverine";

const startedAtMs = Date.UTC(2026, 0, 1);
const now = (): Date => new Date(startedAtMs);
const words =
  "the river runs past the old mill where a quiet dog sleeps under a tree that nobody remembers planting";

interface LargeRun {
  /** Name of the run. @default "large" */
  readonly name?: string;
  /** Text at the end of each answer. @default none */
  readonly ending?: string;
}

/** Writes a finished run of three models into a data folder, in the same form as a worker. */
export async function writeLargeRun(
  dataFolder: string,
  records: number,
  { name = "large", ending = "" }: LargeRun = {},
): Promise<void> {
  const inputName = `${name}.jsonl`;
  const inputPath = join(dataFolder, "input", inputName);
  await mkdir(join(dataFolder, "input"), { recursive: true });
  await writeInput(inputPath, records);
  const given = completeRunSettings({ file: inputPath, dataFolder, requestsPerMinute: 60_000 });
  const settings = toExperimentSettings(given, name);
  const input = { settings, inputPath, inputName };
  const { directory } = await prepareRun(input, { runId: "run", checkRecord, now });
  await writeLogWhole({ directory, slug: "all", writer: "bench" }, outcomes(records, ending));
  await finishRun(directory, {
    cancelled: [],
    now,
    openScoring: openLineScoring,
    tokensOf: tokensOfApi,
  });
}

async function writeInput(path: string, records: number): Promise<void> {
  const file = createWriteStream(path);
  for (let number = 0; number < records; number += 1) {
    const prompt = `#${number} Describe in two sentences how ${words}.`;
    const line = { id: `r-${number}`, api: "test", model_name: `model-${number % 3}`, prompt };
    if (!file.write(`${JSON.stringify({ ...line, topic: `topic ${number % 40}` })}\n`)) {
      await once(file, "drain");
    }
  }
  file.end();
  await finished(file);
}

/** Yields outcomes. Every hundredth record fails, and every fiftieth has a failed attempt. */
function* outcomes(records: number, ending: string): Generator<LogLine, void, undefined> {
  for (let position = 0; position < records; position += 1) {
    const sentAt = startedAtMs + position;
    const finishedAt = sentAt + 200 + ((position * 7_919) % 4_001);
    if (position % 50 === 0) {
      const error = { type: "RateLimit", message: "slow down", status: 429 };
      yield {
        kind: "failed-attempt",
        position,
        attempt: 1,
        error,
        sentAt: sentAt - 1_000,
        finishedAt: sentAt - 500,
      };
    }
    const outcome =
      position % 100 === 99
        ? failed({ sentAt, finishedAt })
        : completed({ sentAt, finishedAt, position, ending });
    yield { kind: "outcome", position, finishedAt, outcome };
  }
}

type Outcome = Extract<LogLine, { readonly kind: "outcome" }>["outcome"];

interface Times {
  readonly sentAt: number;
  readonly finishedAt: number;
}

function failed(times: Times): Outcome {
  const error = { type: "Timeout", message: "no answer within 300 s" };
  return { status: "failed", ...times, attempts: 3, error };
}

interface Answered extends Times {
  readonly position: number;
  readonly ending: string;
}

function completed({ position, ending, ...times }: Answered): Outcome {
  const animal = position % 1_000 === 0 ? rareWord : "fox";
  const response = `Answer ${position}: a ${animal} says that ${words}, and that ${words}.${ending}`;
  const tokens = { input: 30 + (position % 50), output: 40 + (position % 90) };
  const usage = { input_tokens: tokens.input, output_tokens: tokens.output };
  return { status: "completed", ...times, attempts: 1, response, usage };
}
