import { randomUUID } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { WorkflowNotFoundError } from "@temporalio/client";
import type { Client, WorkflowHandle } from "@temporalio/client";
import type { Activities } from "../../activities/contract.js";
import { createActivities } from "../../activities/index.js";
import { CallsInFlight } from "../../activities/sending/call/calls-in-flight.js";
import { createLeasers } from "../../activities/leaser/leasers.js";
import { createFindEnded } from "../../src/client/limits/find-ended.js";
import { createSignalWorkflows } from "../../src/client/steer/signal-workflows.js";
import { createLease } from "../../src/client/limits/lease.js";
import { createFindEnd, createPlanInput } from "../../src/client/watch/watched-inputs.js";
import { readEnvironment } from "../../src/providers/access/environment.js";
import { createOpenRegistry } from "../../src/providers/registry/open-registry.js";
import { limitIdOfKey } from "../../src/storage/run/limit-id-of-key.js";
import { nameWorker } from "../../src/local-server/worker/worker-files.js";
import {
  describeQuery,
  groupProgressQuery,
  resumeSignal,
  workflowTypes,
} from "../../workflows/messages.js";
import type { RunExperimentInput } from "../../workflows/messages.js";
import type { runExperiment } from "../../workflows/experiment/run-experiment.js";
import type { runGroup } from "../../workflows/group/run-group.js";
import { startOpenAiServer } from "../helpers/openai-server.js";
import { settingsOf, stageQueues } from "../workflows/stage.js";
import type { Stage } from "../workflows/stage.js";

/** It stands in each prompt where no preview reaches, and in each answer. */
export const secretText = "MARZIPAN";
export const secretKey = "sk-quince-0123456789";

const beginning = "Please summarise what follows. ".padEnd(200, "It goes on and on. ");
const prompt = `${beginning} ${`${secretText} `.repeat(40)}`;

const records = [
  { id: "answered", api: "test", prompt, parameters: { latency_ms: 10, response: secretText } },
  { id: "a chat", api: "test", prompt: [prompt, prompt], parameters: { latency_ms: 10 } },
  { id: "retried", api: "test", prompt, parameters: { latency_ms: 0, fail_times: 1 } },
  { id: "refused for good", api: "test", prompt, parameters: { latency_ms: 0, status: 400 } },
  { id: "with a wrong key", api: "openai", model_name: "gpt-x", prompt },
  { id: "too slow", api: "test", prompt, parameters: { hang: true } },
];

/** The activities of a worker process, over real files and a real limit. */
export function realActivities(client: Client): Activities {
  return createActivities({
    calls: new CallsInFlight(),
    leasers: createLeasers(createLease(client), () => undefined, { worker: nameWorker() }),
    openRegistry: createOpenRegistry(),
    readEnvironment: async (envFile) => readEnvironment(envFile, {}),
    forgetHistories: async () => "kept",
    findEnded: createFindEnded(client),
    tellGroups: createSignalWorkflows(client),
    requireFolder: () => Promise.resolve(),
    watched: {
      plan: createPlanInput(client),
      findEnd: createFindEnd(client),
    },
  });
}

export interface RealExperiment {
  readonly experiment: WorkflowHandle<typeof runExperiment>;
  readonly group: WorkflowHandle<typeof runGroup>;
  readonly pages: readonly WorkflowHandle[];
  readonly limit: WorkflowHandle;
  /** The completed file, which the user reads. */
  readonly completedFile: string;
}

/**
 * One experiment with all that can become of a record, run to its end: an API that quotes prompt
 * and key in its refusals, a wrong key that is put right, a resume.
 */
export async function runRealExperiment(
  { client }: Stage,
  dataFolder: string,
): Promise<RealExperiment> {
  const server = await startOpenAiServer({
    reply: ({ headers }) =>
      headers.authorization === `Bearer ${secretKey}`
        ? { body: { choices: [{ message: { content: secretText } }], model: "gpt-x" } }
        : {
            status: 401,
            body: { error: { message: `${headers.authorization ?? ""}: ${prompt}` } },
          },
  });
  const input = inputIn(dataFolder);
  const writeKey = (key: string): void => {
    const lines = [`OPENAI_API_KEY=${key}`, `OPENAI_BASE_URL=${server.url}`];
    writeFileSync(input.settings.envFile, `${lines.join("\n")}\n`);
  };
  writeKey(`${secretKey}-wrong`);
  const experiment = await client.workflow.start<typeof runExperiment>(workflowTypes.experiment, {
    workflowId: `experiment/${input.settings.name}`,
    taskQueue: stageQueues.main,
    args: [input],
  });
  const group = await blockedGroup(client, input.settings.name, experiment);
  writeKey(secretKey);
  await experiment.signal(resumeSignal, {});
  const { completedFile } = await experiment.result();
  await server.close();
  const limit = client.workflow.getHandle(limitIdOfKey(`experiment/${input.settings.name}`));
  return { experiment, group, pages: await pagesOf(client, group), limit, completedFile };
}

function inputIn(dataFolder: string): RunExperimentInput {
  const name = `real-${randomUUID()}`;
  mkdirSync(join(dataFolder, "input"), { recursive: true });
  const inputPath = join(dataFolder, "input", `${name}.jsonl`);
  writeFileSync(inputPath, records.map((record) => `${JSON.stringify(record)}\n`).join(""));
  const settings = {
    ...settingsOf(name),
    dataFolder,
    envFile: join(dataFolder, ".env"),
    requestsPerMinute: 600,
    maxAttempts: 2,
    timeoutMs: 500,
  };
  return { settings, inputPath, inputName: `${name}.jsonl` };
}

/** Waits until nothing but the records of the refusing model is left. */
async function blockedGroup(
  client: Client,
  name: string,
  experiment: WorkflowHandle<typeof runExperiment>,
): Promise<WorkflowHandle<typeof runGroup>> {
  for (;;) {
    const [group] = (await experiment.query(describeQuery)).groups;
    const handle = client.workflow.getHandle<typeof runGroup>(group?.workflowId ?? name);
    const state = group && (await stateOf(handle));
    if (state === "blocked") return handle;
    await sleep(200);
  }
}

async function stateOf(group: WorkflowHandle<typeof runGroup>): Promise<string | undefined> {
  try {
    return (await group.query(groupProgressQuery)).state;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

async function pagesOf(client: Client, group: WorkflowHandle): Promise<WorkflowHandle[]> {
  const pages: WorkflowHandle[] = [];
  for (;;) {
    const page = client.workflow.getHandle(`${group.workflowId}/page/${pages.length}`);
    try {
      await page.describe();
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return pages;
      throw error;
    }
    pages.push(page);
  }
}
