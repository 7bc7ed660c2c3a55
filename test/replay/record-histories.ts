/**
 * Records anew the histories that replay.test.ts replays, and the workflows that upgrade.test.ts
 * begins with: `npx tsx test/replay/record-histories.ts`, in two minutes.
 *
 * Do so when a workflow changes on purpose; until a release has gone out without the old histories,
 * keep these too, under the version that wrote them: what runs then goes on with the new code.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { ApplicationFailure } from "@temporalio/activity";
import type { WorkflowHandle } from "@temporalio/client";
import { historyToJSON } from "@temporalio/common/lib/proto-utils.js";
import { userErrorType } from "../../src/domain/failure/user-error.js";
import {
  cancelSignal,
  changeSignal,
  describeWatchQuery,
  pauseSignal,
  resumeSignal,
  setCapSignal,
  stopSignal,
} from "../../workflows/messages.js";
import { createLease } from "../../src/client/limits/lease.js";
import { startExperiment, startGroup, startStage } from "../workflows/stage.js";
import { bundleWorkflows } from "../workflows/workflow-bundle.js";
import type { Stage } from "../workflows/stage.js";
import { startWatch, WatchedFolder } from "../workflows/watched-folder.js";
import type { WatchCounts } from "../../src/domain/experiment/watch.js";
import type { World } from "../workflows/stand-in.js";
import { recordWorkflows } from "./earlier-workflows.js";
import { runGlobalPipeline } from "./global-pipeline.js";
import { realActivities, runRealExperiment } from "./real-experiment.js";
import { runTimedBatch } from "./timed-batch.js";
import { runStagedExperiment } from "./staged-experiment.js";

const histories = new URL("histories/", import.meta.url);
const { version } = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
) as { version: string };

async function record(name: string, workflow: WorkflowHandle): Promise<void> {
  const history: unknown = JSON.parse(historyToJSON(await workflow.fetchHistory()));
  const text = JSON.stringify(withoutMachine(history), null, 1);
  writeFileSync(new URL(`${name}.${version}.json`, histories), `${text}\n`);
  process.stderr.write(`recorded ${name}\n`);
}

/** Names of the machine and of its folders are nobody's business. */
function withoutMachine(value: unknown, key = ""): unknown {
  if (typeof value === "string") {
    if (key === "identity") return "a worker";
    if (key !== "data") return nameless(value);
    return Buffer.from(nameless(Buffer.from(value, "base64").toString())).toString("base64");
  }
  if (Array.isArray(value)) return value.map((part) => withoutMachine(part));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, withoutMachine(part, name)]),
  );
}

const root = fileURLToPath(new URL("../../", import.meta.url));

function nameless(text: string): string {
  return text
    .replaceAll(root, "/ostinato/")
    .replaceAll(tmpdir(), "/tmp")
    .replaceAll(`@${hostname()}`, "@machine")
    .replaceAll(`"${hostname()}-`, '"machine-');
}

async function sendsReach(world: World, count: number): Promise<void> {
  while (world.sends.length < count) await sleep(20);
}

async function recordReal(): Promise<void> {
  const stage = await startStage({ activities: realActivities, dynamicConfig: {} });
  const folder = mkdtempSync(join(tmpdir(), "ostinato-record-"));
  const run = await runRealExperiment(stage, folder);
  await record("run-experiment.blocked-and-resumed", run.experiment);
  await record("run-group.blocked-and-resumed", run.group);
  await record("run-page.refused-and-retried", run.pages[0]!);
  await record("limit.leased", run.limit);
  await record("run-experiment.with-stages", await runStagedExperiment(stage, folder));
  await record("run-experiment.with-a-global-step", await runGlobalPipeline(stage, folder));
  await record("run-experiment.batch-in-time", await runTimedBatch(stage, folder, 60_000));
  await record("run-experiment.batch-out-of-time", await runTimedBatch(stage, folder, 1_500));
  await recordWatch(stage, folder);
  rmSync(folder, { recursive: true, force: true });
  await stage.stop();
}

/** A bad file, two good ones, a pause, a look with nothing to do. */
async function recordWatch({ client }: Stage, dataFolder: string): Promise<void> {
  const folder = new WatchedFolder(join(dataFolder, "watched"));
  folder.drop("bad.jsonl", "{bad\n");
  folder.drop("one.jsonl", 1, 2_000);
  folder.drop("two.jsonl");
  const watch = await startWatch(client, folder, { once: false });
  const counts = async (): Promise<WatchCounts> => (await watch.query(describeWatchQuery)).counts;
  while ((await counts()).started === 0) await sleep(100);
  await watch.signal(pauseSignal);
  while ((await counts()).ended === 0) await sleep(100);
  await watch.signal(resumeSignal, {});
  while ((await counts()).ended < 2) await sleep(100);
  await sleep(6_000);
  await watch.signal(stopSignal);
  await watch.result();
  await record("watch-input.paused-and-stopped", watch);
}

async function recordSteering(stage: Stage): Promise<void> {
  const world = stage.world({ groups: { all: 30 }, requestsPerMinute: 600 });
  const experiment = await startExperiment(stage, world);
  await sendsReach(world, 8);
  await experiment.signal(pauseSignal);
  await sleep(4_000);
  await experiment.signal(changeSignal, { requestsPerMinute: 1_200, inFlight: 50 });
  await experiment.signal(resumeSignal, {});
  await experiment.result();
  const group = `experiment/${world.name}/${world.prepared().stamp}/group/all`;
  await record("run-experiment.paused-changed-and-resumed", experiment);
  await record("run-group.paused-changed-and-resumed", stage.client.workflow.getHandle(group));
  const page = stage.client.workflow.getHandle(`${group}/page/0`);
  await record("run-page.paused", page);
}

async function recordCancelled(stage: Stage): Promise<void> {
  const world = stage.world({
    groups: { all: 100 },
    requestsPerMinute: 600,
    answer: async () => sleep(500, "completed"),
  });
  const experiment = await startExperiment(stage, world);
  await sendsReach(world, 8);
  await experiment.cancel();
  await experiment.result();
  await record("run-experiment.cancelled-from-outside", experiment);
  const refused = stage.world({
    onPrepare: async () => {
      throw ApplicationFailure.create({ type: userErrorType, message: "no", nonRetryable: true });
    },
  });
  const failing = await startExperiment(stage, refused);
  await failing.result().catch(() => undefined);
  await record("run-experiment.refused", failing);
}

async function recordTerminated(stage: Stage): Promise<void> {
  const world = stage.world({ groups: { all: 150 }, requestsPerMinute: 600 });
  const experiment = await startExperiment(stage, world);
  await sendsReach(world, 8);
  const group = `experiment/${world.name}/${world.prepared().stamp}/group/all`;
  await stage.client.workflow.getHandle(group).terminate();
  await experiment.result();
  await record("run-experiment.group-terminated", experiment);
}

async function recordContinued(stage: Stage): Promise<void> {
  const world = stage.world({ groups: { all: 200 } });
  const group = await startGroup(stage, world);
  const { workflowId, firstExecutionRunId } = group;
  const first = stage.client.workflow.getHandle(workflowId, firstExecutionRunId);
  while ((await group.describe()).runId === firstExecutionRunId) await sleep(20);
  await record("run-group.continued-as-new", first);
  await group.result();
  await record("run-group.carried-on", stage.client.workflow.getHandle(workflowId));
  await record("run-page.sixty-slices", stage.client.workflow.getHandle(`${workflowId}/page/0`));
}

async function recordWaiting(stage: Stage): Promise<void> {
  const world = stage.world({ groups: { all: 3 }, answer: async () => sleep(60_000, "completed") });
  const group = await startGroup(stage, world);
  await sendsReach(world, 3);
  await sleep(1_000);
  await record("run-group.waiting-for-a-page", group);
  await group.signal(cancelSignal);
  await group.terminate();
}

async function recordLimit(stage: Stage): Promise<void> {
  const key = "test/capped";
  const id = "limit/test/capped";
  const lease = createLease(stage.client);
  const asks = [
    { group: "a", requestsPerMinute: 600, priority: 3, wanted: 1, claimed: 0, running: 0 },
  ];
  await lease(id, key, { process: "one", asks });
  const limit = stage.client.workflow.getHandle(id);
  const { runId } = await limit.describe();
  await limit.signal(setCapSignal, { requestsPerMinute: 60, inFlight: 3 });
  while ((await limit.describe()).runId === runId) await lease(id, key, { process: "one", asks });
  await record("limit.capped-and-continued-as-new", stage.client.workflow.getHandle(id, runId));
}

recordWorkflows(await bundleWorkflows());
await recordReal();
const stage = await startStage();
await Promise.all(
  [recordSteering, recordCancelled, recordTerminated, recordContinued, recordLimit].map(
    async (scenario) => scenario(stage),
  ),
);
await recordWaiting(stage);
await stage.stop();
