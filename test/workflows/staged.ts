import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { WorkflowHandleWithFirstExecutionRunId } from "@temporalio/client";
import { defined } from "../../src/domain/defined.js";
import type {
  ExperimentSettings,
  PrepareExperimentInput,
} from "../../src/domain/experiment/experiment.js";
import { workflowTypes } from "../../workflows/messages.js";
import type { runExperiment } from "../../workflows/experiment/run-experiment.js";
import { settingsOf, stageQueues } from "./stage.js";
import type { Stage } from "./stage.js";

export type Line = Readonly<Record<string, unknown>>;
type Handle = WorkflowHandleWithFirstExecutionRunId<typeof runExperiment>;

const answering = (response: unknown): Line => ({ latency_ms: 1, response });
export const failing = { latency_ms: 1, status: 400 };

/** A data folder with a judge and a rephrase folder, for an experiment of that name. */
export interface Place {
  readonly folder: string;
  readonly name: string;
}

export function newPlace(root: string): Place {
  const folder = join(root, randomUUID());
  mkdirSync(folder);
  mkdirSync(join(folder, "input"));
  mkdirSync(join(folder, "judge"));
  mkdirSync(join(folder, "rephrase"));
  writeJson(join(folder, "judge/settings.json"), {
    kind: { api: "test", model_name: "k", parameters: answering("Score: 4"), parse: "last_number" },
    strict: { api: "test", model_name: "s", parameters: answering("No.") },
  });
  writeFileSync(join(folder, "judge/template.txt"), "{INPUT_PROMPT} -> {OUTPUT_RESPONSE}?");
  writeFileSync(join(folder, "judge/other.txt"), "Is {OUTPUT_RESPONSE} good?");
  writeJson(join(folder, "rephrase/settings.json"), {
    big: { api: "test", model_name: "r", parameters: answering("1. one\n2. two") },
  });
  writeFileSync(
    join(folder, "rephrase/template.txt"),
    "Say otherwise: {INPUT_PROMPT}\nAgain: {INPUT_PROMPT}\n",
  );
  return { folder, name: `staged-${randomUUID()}` };
}

export function writeJson(path: string, value: unknown): void {
  writeFileSync(path, JSON.stringify(value));
}

export const judging = (folder: string): Pick<ExperimentSettings, "judge"> => ({
  judge: {
    folder: join(folder, "judge"),
    judges: ["kind", "strict"],
    templates: ["template.txt", "other.txt"],
  },
});

export const rephrasing = (folder: string, more = {}): Pick<ExperimentSettings, "rephrase"> => ({
  rephrase: {
    folder: join(folder, "rephrase"),
    models: ["big"],
    templates: "template.txt",
    removeOriginal: false,
    only: false,
    ...more,
  },
});

type More = Partial<ExperimentSettings> & Partial<Omit<PrepareExperimentInput, "settings">>;

export async function start(
  { client }: Stage,
  { folder, name }: Place,
  { records, ...more }: More & { readonly records: readonly Line[] },
): Promise<Handle> {
  const inputPath = join(folder, "input", `${name}.jsonl`);
  writeFileSync(inputPath, records.map((record) => `${JSON.stringify(record)}\n`).join(""));
  const { judgeOf, reuse, settingsPath, ...settings } = more;
  const input: PrepareExperimentInput = {
    settings: {
      ...settingsOf(name),
      dataFolder: folder,
      envFile: join(folder, ".env"),
      ...settings,
    },
    inputPath,
    inputName: `${name}.jsonl`,
    ...defined({ judgeOf, reuse, settingsPath }),
  };
  return client.workflow.start<typeof runExperiment>(workflowTypes.experiment, {
    workflowId: `experiment/${name}`,
    taskQueue: stageQueues.main,
    args: [input],
  });
}

export function record(id: unknown, parameters: Line = answering(`answer ${String(id)}`)): Line {
  return { id, api: "test", model_name: "m", prompt: `prompt ${String(id)}`, parameters };
}

/** The lines of a completed file. */
export function read(path: string | undefined): Line[] {
  const text = readFileSync(path ?? "", "utf8").trimEnd();
  return text.split("\n").map((line) => JSON.parse(line) as Line);
}

/** The files in the output folder with this name. */
export function output({ folder }: Place, name: string): string[] {
  return readdirSync(join(folder, "output", name)).map((file) =>
    file.replace(/\d\d-\d\d-\d{4}-\d\d-\d\d-\d\d/, "<stamp>"),
  );
}

/** The outcomes that a run itself received, from its log. */
export function outcomesIn(directory: string): string[] {
  return readdirSync(directory)
    .filter((file) => /^all\..*\.jsonl$/.test(file) && !file.includes("taken-over"))
    .flatMap((file) => readFileSync(join(directory, file), "utf8").trimEnd().split("\n"))
    .filter((line) => line.includes('"outcome"'));
}
