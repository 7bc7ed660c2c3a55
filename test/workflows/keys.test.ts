import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "@temporalio/client";
import { historyToJSON } from "@temporalio/common/lib/proto-utils.js";
import { expect, onTestFinished, test } from "vitest";
import { workflowTypes } from "../../workflows/messages.js";
import type { runExperiment } from "../../workflows/experiment/run-experiment.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";
import { startVendorServer } from "../helpers/vendor-server.js";
import type { AdapterUnderTest } from "../providers/contract/adapter-under-test.js";
import { loadAdapters } from "../providers/contract/adapters.js";
import { canary } from "../providers/contract/failure-rows.js";
import { historyText } from "../replay/history-text.js";
import { realActivities } from "../replay/real-experiment.js";
import { sharedStage } from "./shared-stage.js";
import { settingsOf, stageQueues } from "./stage.js";

const stage = sharedStage({ activities: realActivities });

/**
 * Its servers quote the key wherever they can: first in a failure that is tried again, then in one
 * that is not.
 */
async function variablesOf({ environment, errorBody }: AdapterUnderTest): Promise<string[]> {
  const server = await startVendorServer((_request, index) => ({
    status: index === 0 ? 500 : 400,
    body: errorBody(`It went wrong for the key ${canary}`),
    headers: { "x-request-id": canary, "request-id": canary },
  }));
  onTestFinished(server.close);
  const variables = Object.entries(environment(server.origin, canary));
  return variables.map(([name, value]) => `${name}=${value ?? ""}`);
}

async function historiesOf(client: Client): Promise<readonly string[]> {
  const texts: string[] = [];
  for await (const { workflowId, runId } of client.workflow.list()) {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    texts.push(historyText(historyToJSON(history)));
  }
  return texts;
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== ".env")
    .map(({ parentPath, name }) => join(parentPath, name));
}

test("the key of no API gets into a file or through Temporal, though its server quotes it", async () => {
  const adapters = await loadAdapters();
  const dataFolder = temporaryFolder();
  const envFile = join(dataFolder, ".env");
  const variables = await Promise.all(adapters.map(variablesOf));
  writeFileSync(envFile, `${variables.flat().join("\n")}\n`);
  mkdirSync(join(dataFolder, "input"));
  const inputPath = join(dataFolder, "input", "keys.jsonl");
  writeFileSync(inputPath, adapters.map(({ record }) => `${JSON.stringify(record)}\n`).join(""));
  const rates = { requestsPerMinute: 600, maxAttempts: 2 };
  const settings = { ...settingsOf("keys"), ...rates, dataFolder, envFile };
  const { client } = stage;
  const experiment = await client.workflow.start<typeof runExperiment>(workflowTypes.experiment, {
    workflowId: "experiment/keys",
    taskQueue: stageQueues.main,
    args: [{ settings, inputPath, inputName: "keys.jsonl" }],
  });
  const { completedFile } = await experiment.result();
  const lines = readFileSync(completedFile, "utf8").trimEnd().split("\n");
  const expected = adapters.map(({ name: api }) => ({
    api,
    attempts: 2,
    error: { status: 400, message: expect.stringContaining("for the key [redacted]") as string },
  }));
  expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject(expected);
  const files = filesBelow(dataFolder);
  expect(files.some((file) => file.includes("keys.txt"))).toBe(true);
  expect(files.filter((file) => readFileSync(file, "utf8").includes(canary))).toEqual([]);
  const histories = await historiesOf(client);
  expect(histories.join("\n")).toContain("[redacted]");
  expect(histories.filter((text) => text.includes(canary))).toEqual([]);
});
