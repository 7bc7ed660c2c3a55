import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, Connection } from "@temporalio/client";
import { expect, onTestFinished, test } from "vitest";
import { warmUp } from "../../worker/warm-up.js";
import { startGrpcRecorder } from "../helpers/grpc-recorder.js";
import { sharedStage } from "../workflows/shared-stage.js";
import { stageFolder } from "../workflows/stage.js";

const tracer = new URL("../fixtures/module-trace.mjs", import.meta.url).href;
const compiled = new URL("../../dist/worker/warm-up.js", import.meta.url).href;
const stage = sharedStage();

test("a worker loads the usual API's client and the price lists before its first experiment", () => {
  const folder = mkdtempSync(join(tmpdir(), "ostinato-"));
  const file = join(folder, "trace.txt");
  const program = `const { warmUp } = await import(${JSON.stringify(compiled)}); setTimeout(() => {}, 600); await warmUp({ ostinato: { local: false } });`;
  const { status } = spawnSync(
    process.execPath,
    ["--import", tracer, "--input-type=module", "--eval", program],
    { env: { ...process.env, MODULE_TRACE: file } },
  );
  const loaded = readFileSync(file, "utf8");
  rmSync(folder, { recursive: true, force: true });
  expect(status).toBe(0);
  expect(loaded).toMatch(/node_modules\/openai\//);
  expect(loaded).toMatch(/node_modules\/undici\//);
  expect(loaded).toMatch(/node_modules\/@pydantic\/genai-prices\//);
});

test("both workflow threads run before the first experiment, and leave nothing on a local server", async () => {
  const methods = await methodsOfWarmUp({ local: true });
  expect(countOf(methods, "StartWorkflowExecution")).toBe(2);
  // A history is deleted once its workflow has ended.
  expect(countOf(methods, "DeleteWorkflowExecution")).toBe(2);
  const left = async (): Promise<number> =>
    (await stage.client.workflow.count('WorkflowType = "warmUp"')).count;
  await expect.poll(left, { timeout: 30_000, interval: 500 }).toBe(0);
}, 60_000);

test("a worker runs no workflow of its own on a shared server, which would keep it", async () => {
  expect(await methodsOfWarmUp({ local: false })).not.toContain("StartWorkflowExecution");
});

/** Calls of a worker that warms up, beside one that takes the tasks. */
async function methodsOfWarmUp({ local }: { readonly local: boolean }): Promise<readonly string[]> {
  const recorder = await startGrpcRecorder(stage.server.port);
  onTestFinished(recorder.close);
  const connection = await Connection.connect({ address: recorder.address });
  onTestFinished(async () => connection.close());
  const ostinato = { client: new Client({ connection }), local };
  await warmUp({ ostinato, name: "1@host#1", folder: stageFolder });
  return recorder.methods;
}

function countOf(methods: readonly string[], method: string): number {
  return methods.filter((called) => called === method).length;
}
