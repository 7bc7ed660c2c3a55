import { randomUUID } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { WorkflowHandle } from "@temporalio/client";
import { anyTarget } from "../../src/domain/experiment/target-plan.js";
import type { FlowRun } from "../../src/domain/experiment/experiment.js";
import { keepFlowCode } from "../../src/flow/code/flow-code.js";
import { stageFlow } from "../../src/storage/run/kept-flow.js";
import { workflowTypes } from "../../workflows/messages.js";
import type { RunExperimentInput } from "../../workflows/messages.js";
import type { runExperiment } from "../../workflows/experiment/run-experiment.js";
import { settingsOf, stageQueues } from "../workflows/stage.js";
import type { Stage } from "../workflows/stage.js";
import { secretText } from "./real-experiment.js";

const code = `
export default async ({ text }) => ({ text });
export const aggregate = async (lines, work) => {
  const model = { model: "test/review", parameters: { response: "fine", latency_ms: 200 } };
  for (const { outputs } of lines) await work.call(model, outputs.text);
  return { lines: lines.length };
};
`;

/** A batch run with a time, whose aggregation asks a model, run to its end over real files. */
export async function runTimedBatch(
  { client }: Stage,
  dataFolder: string,
  batchTimeoutMs: number,
): Promise<WorkflowHandle<typeof runExperiment>> {
  const input = await inputIn(dataFolder, { batchTimeoutMs });
  const experiment = await client.workflow.start<typeof runExperiment>(workflowTypes.experiment, {
    workflowId: `experiment/${input.settings.name}`,
    taskQueue: stageQueues.main,
    args: [input],
  });
  await experiment.result();
  return experiment;
}

async function inputIn(dataFolder: string, flow: FlowRun): Promise<RunExperimentInput> {
  const name = `batch-${randomUUID()}`;
  const staged = join(dataFolder, `${name}.pipeline`);
  mkdirSync(staged, { recursive: true });
  const file = `${name}.mjs`;
  writeFileSync(join(dataFolder, file), code);
  await keepFlowCode({ files: [file], base: dataFolder }, staged);
  const rates = { requestsPerMinute: 6_000 };
  const place = { language: "typescript", file };
  await stageFlow(staged, {
    version: 1,
    mapping: {},
    connections: {},
    apis: ["test"],
    variables: {},
    rates,
    workers: 2,
    lineTimeoutMs: 600_000,
    droppedLines: 0,
    flow: {
      kind: "code",
      name,
      inputs: { text: { type: "string" } },
      code: place,
      aggregates: true,
    },
  });
  const inputPath = join(dataFolder, `${name}.jsonl`);
  const texts = [secretText, "plain", "third"];
  const lines = texts.map((text, line_number) => JSON.stringify({ line_number, inputs: { text } }));
  writeFileSync(inputPath, `${lines.join("\n")}\n`);
  const any = { target: anyTarget, limitKey: "", limitId: "", ...rates };
  return {
    settings: { ...settingsOf(name), dataFolder, envFile: join(dataFolder, ".env") },
    inputPath,
    inputName: `${name}.jsonl`,
    pipeline: { path: staged, targets: [any], reuse: true, window: 10, flow },
  };
}
