import { randomUUID } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { WorkflowHandle } from "@temporalio/client";
import { keepModules } from "../../src/pipeline/code/kept-modules.js";
import type { KeptPipeline } from "../../src/storage/run/pipeline/kept-pipeline.js";
import { workflowTypes } from "../../workflows/messages.js";
import type { RunExperimentInput } from "../../workflows/messages.js";
import type { runExperiment } from "../../workflows/experiment/run-experiment.js";
import { settingsOf, stageQueues } from "../workflows/stage.js";
import type { Stage } from "../workflows/stage.js";
import { secretText } from "./real-experiment.js";

const definition = {
  steps: {
    load: { use: "load", rows: [{ text: secretText }, { text: "plain" }] },
    all: { use: "global", function: "./all.mjs#all", reads: ["text"], writes: ["place"] },
    only: { use: "keep", columns: ["place"] },
  },
  edges: ["load >> all >> only"],
};

/** One pipeline with a global step between two segments, run to its end over real files. */
export async function runGlobalPipeline(
  { client }: Stage,
  dataFolder: string,
): Promise<WorkflowHandle<typeof runExperiment>> {
  const input = await inputIn(dataFolder);
  const experiment = await client.workflow.start<typeof runExperiment>(workflowTypes.experiment, {
    workflowId: `experiment/${input.settings.name}`,
    taskQueue: stageQueues.main,
    args: [input],
  });
  await experiment.result();
  return experiment;
}

async function inputIn(dataFolder: string): Promise<RunExperimentInput> {
  const name = `global-${randomUUID()}`;
  const staged = join(dataFolder, `${name}.pipeline`);
  mkdirSync(staged, { recursive: true });
  writeFileSync(
    join(dataFolder, "all.mjs"),
    "export async function* all(rows) { let place = 0; for await (const row of rows) yield { ...row, place: ++place }; }\n",
  );
  await keepModules({ uses: ["./all.mjs#all"], base: dataFolder }, staged);
  const segments = [
    { sources: [], leaves: ["load >> all"], globals: ["all"] },
    { sources: ["all"], leaves: ["only"], globals: [] },
  ];
  const kept: KeptPipeline = {
    version: 1,
    definition: { name, ...definition },
    columns: { load: ["text"] },
    functions: {},
    leaves: ["only"],
    segments,
  };
  writeFileSync(join(staged, "pipeline.json"), JSON.stringify(kept));
  const inputPath = join(dataFolder, `${name}.jsonl`);
  const lines = definition.steps.load.rows.map((row) => `${JSON.stringify(row)}\n`);
  writeFileSync(inputPath, lines.join(""));
  return {
    settings: { ...settingsOf(name), dataFolder, envFile: join(dataFolder, ".env") },
    inputPath,
    inputName: `${name}.jsonl`,
    pipeline: {
      path: staged,
      targets: [],
      reuse: true,
      window: 10,
      segments: segments.map(({ globals }) => ({ walks: true, globals })),
    },
  };
}
