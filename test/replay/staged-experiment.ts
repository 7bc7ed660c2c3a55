import { randomUUID } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { WorkflowHandle } from "@temporalio/client";
import { workflowTypes } from "../../workflows/messages.js";
import type { RunExperimentInput } from "../../workflows/messages.js";
import type { runExperiment } from "../../workflows/experiment/run-experiment.js";
import { settingsOf, stageQueues } from "../workflows/stage.js";
import type { Stage } from "../workflows/stage.js";
import { secretText } from "./real-experiment.js";

const filler = "It goes on and on. ".repeat(20);

/** Answers as `response` says, soon. */
function model(response: string): object {
  return { api: "test", model_name: "m", parameters: { latency_ms: 10, response } };
}

/**
 * One experiment whose prompts are rephrased and whose answers are judged, run to its end over real
 * files.
 */
export async function runStagedExperiment(
  { client }: Stage,
  dataFolder: string,
): Promise<WorkflowHandle<typeof runExperiment>> {
  const input = inputIn(dataFolder);
  const experiment = await client.workflow.start<typeof runExperiment>(workflowTypes.experiment, {
    workflowId: `experiment/${input.settings.name}`,
    taskQueue: stageQueues.main,
    args: [input],
  });
  await experiment.result();
  return experiment;
}

function inputIn(dataFolder: string): RunExperimentInput {
  const name = `staged-${randomUUID()}`;
  mkdirSync(join(dataFolder, "input"), { recursive: true });
  const inputPath = join(dataFolder, "input", `${name}.jsonl`);
  const records = [1, 2].map((id) => ({ id, prompt: "Say something.", ...model(secretText) }));
  writeFileSync(inputPath, records.map((record) => `${JSON.stringify(record)}\n`).join(""));
  const rephrase = folderIn(dataFolder, "rephrase", {
    settings: { big: model(`${filler}${secretText}`) },
    template: "Say otherwise: {INPUT_PROMPT}\n",
  });
  const judge = folderIn(dataFolder, "judge", {
    settings: { kind: { ...model("Score: 4"), parse: "last_number" } },
    template: `${filler}{OUTPUT_RESPONSE}`,
  });
  const templates = "template.txt";
  const settings = {
    ...settingsOf(name),
    dataFolder,
    envFile: join(dataFolder, ".env"),
    judge: { folder: judge, judges: ["kind"], templates: [templates] },
    rephrase: {
      folder: rephrase,
      models: ["big"],
      templates,
      removeOriginal: false,
      only: false,
    },
  };
  return { settings, inputPath, inputName: `${name}.jsonl` };
}

interface Content {
  readonly settings: object;
  readonly template: string;
}

function folderIn(parent: string, name: string, { settings, template }: Content): string {
  const folder = join(parent, name);
  mkdirSync(folder);
  writeFileSync(join(folder, "settings.json"), JSON.stringify(settings));
  writeFileSync(join(folder, "template.txt"), template);
  return folder;
}
