import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import {
  cancelExperiment,
  connect,
  ensureWorker,
  experimentStatus,
  followExperiment,
  listExperiments,
  startExperiment,
  stopOstinato,
} from "../../../src/index.js";
import type { ExperimentStatus, GivenSettings, Ostinato } from "../../../src/index.js";
import { endBackgroundWorkers } from "../../../src/local-server/worker/end-workers.js";
import { freePort } from "../../helpers/free-port.js";

let folder: string;
let env: NodeJS.ProcessEnv;
let ostinato: Ostinato;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "ostinato-"));
  env = {
    ...process.env,
    OSTINATO_HOME: join(folder, "home"),
    OSTINATO_TEMPORAL_PORT: (await freePort()).toString(),
  };
  ostinato = await connect({ env });
  await ensureWorker(ostinato, { role: "background", dataFolder: join(folder, "data") });
}, 300_000);

afterAll(async () => {
  await ostinato.close();
  await stopOstinato(env);
  rmSync(folder, { recursive: true, force: true });
});

function experiment(count: number): GivenSettings & { readonly name: string } {
  const name = `x-${randomUUID()}`;
  const file = join(folder, `${name}.jsonl`);
  const lines = Array.from({ length: count }, (_, id) =>
    JSON.stringify({
      id,
      api: "test",
      model_name: "m",
      prompt: `Say ${id.toString()}`,
      parameters: { raise_error: "no", latency_ms: 20 },
    }),
  );
  writeFileSync(file, `${lines.join("\n")}\n`);
  const dataFolder = join(folder, "data");
  return { file, name, dataFolder, envFile: join(folder, ".env"), requestsPerMinute: 300 };
}

async function statusReaches(
  name: string,
  check: (status: ExperimentStatus) => void,
): Promise<void> {
  const look = async (): Promise<void> => {
    check(await experimentStatus(ostinato, name));
  };
  await vi.waitFor(look, { timeout: 60_000, interval: 250 });
}

async function startedUnderWay(count: number): Promise<{ name: string; output: string }> {
  const given = experiment(count);
  await startExperiment(ostinato, given);
  await statusReaches(given.name, ({ completed }) => {
    expect(completed).toBeGreaterThan(4);
  });
  return { name: given.name, output: join(folder, "data", "output", given.name) };
}

describe("an experiment whose folder is moved", () => {
  test("says what is missing, and continues once it is back", async () => {
    const { name, output } = await startedUnderWay(100);
    const statuses: ExperimentStatus[] = [];
    const following = (async () => {
      for await (const status of followExperiment(ostinato, name)) statuses.push(status);
    })();
    renameSync(output, `${output}-elsewhere`);
    await vi.waitFor(
      () => {
        const [problem = ""] = statuses.at(-1)?.problems ?? [];
        expect(problem).toMatch(/^The run's folder ".*" is missing\. Move it back to continue/);
        expect(problem).toContain(output);
      },
      { timeout: 60_000, interval: 250 },
    );
    expect((await experimentStatus(ostinato, name)).problems[0]).toContain("is missing");
    renameSync(`${output}-elsewhere`, output);
    await following;
    expect(statuses.at(-1)).toMatchObject({ state: "finished", completed: 100, failed: 0 });
    expect(statuses.at(-1)?.repeatedCalls).toBe(0);
    const lines = readFileSync(statuses.at(-1)?.completedFile ?? "", "utf8")
      .trim()
      .split("\n");
    expect(lines.map((line) => (JSON.parse(line) as { id: number }).id)).toEqual(
      Array.from({ length: 100 }, (_, id) => id),
    );
  }, 180_000);
});

describe("an experiment whose folder is deleted", () => {
  test("ends with one cancel, and its name is free again", async () => {
    const { name, output } = await startedUnderWay(200);
    rmSync(output, { recursive: true });
    expect(await cancelExperiment(ostinato, name)).toBe("ended");
    await statusReaches(name, ({ state, error }) => {
      expect(state).toBe("failed");
      expect(error).toContain("Cancelled while its folder was missing");
    });
    const listed = async () => {
      const all = await listExperiments(ostinato, { dataFolder: join(folder, "data") });
      return all.find((one) => one.name === name);
    };
    await expect.poll(listed).toMatchObject({ state: "failed" });
    const again = { ...experiment(3), name };
    await startExperiment(ostinato, again);
    await statusReaches(name, (status) => {
      expect(status).toMatchObject({ state: "finished", completed: 3 });
    });
  }, 180_000);

  test("ends with no worker too", async () => {
    const { name, output } = await startedUnderWay(200);
    await endBackgroundWorkers(env);
    rmSync(output, { recursive: true });
    expect(await cancelExperiment(ostinato, name)).toBe("ended");
    const running = `WorkflowId STARTS_WITH 'experiment/${name}' AND ExecutionStatus = 'Running'`;
    await vi.waitFor(
      async () => {
        const { count } = await ostinato.client.workflow.count(running);
        expect(count).toBe(0);
      },
      { timeout: 60_000, interval: 250 },
    );
  }, 180_000);
});
