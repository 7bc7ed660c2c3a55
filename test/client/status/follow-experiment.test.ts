import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { liveWorkers } from "../../../src/local-server/worker/worker-files.js";
import {
  cancelExperiment,
  changeExperiment,
  connect,
  ensureWorker,
  experimentStatus,
  followExperiment,
  listExperiments,
  listLimits,
  pauseExperiment,
  readExperimentResults,
  resumeExperiment,
  retryFailed,
  setLimit,
  startExperiment,
  stopOstinato,
  unsetLimit,
  UserError,
} from "../../../src/index.js";
import type {
  ExperimentStatus,
  FollowOptions,
  GivenSettings,
  Ostinato,
} from "../../../src/index.js";
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

interface Shape {
  readonly count: number;
  readonly latencyMs?: number;
  readonly parameters?: (id: number) => object;
}

function experiment(
  shape: Shape,
): GivenSettings & { readonly name: string; readonly dataFolder: string } {
  const { count, latencyMs = 20, parameters = () => ({}) } = shape;
  const name = `x-${randomUUID()}`;
  const file = join(folder, `${name}.jsonl`);
  const lines = Array.from({ length: count }, (_, id) =>
    JSON.stringify({
      id,
      api: "test",
      model_name: name,
      prompt: `Say ${id.toString()}`,
      parameters: { raise_error: "no", latency_ms: latencyMs, ...parameters(id) },
    }),
  );
  writeFileSync(file, `${lines.join("\n")}\n`);
  const dataFolder = join(folder, "data");
  return { file, name, dataFolder, envFile: join(folder, ".env"), requestsPerMinute: 6_000 };
}

/** Follows to the end, and does each thing once at the first status that asks for it. */
async function follow(
  name: string,
  steps: readonly [(status: ExperimentStatus) => boolean, () => unknown][] = [],
  options: FollowOptions = {},
): Promise<{ last: ExperimentStatus; states: string[] }> {
  const rest = [...steps];
  const states: string[] = [];
  let last: ExperimentStatus | undefined;
  for await (const status of followExperiment(ostinato, name, options)) {
    last = status;
    if (states.at(-1) !== status.state) states.push(status.state);
    const [when, act] = rest[0] ?? [() => false, () => undefined];
    if (when(status)) {
      rest.shift();
      await act();
    }
  }
  if (!last) throw new Error("Expected at least one status.");
  return { last, states };
}

async function linesOf(name: string): Promise<{ id: number; status: string }[]> {
  const lines: { id: number; status: string }[] = [];
  for await (const line of readExperimentResults(ostinato, name)) {
    lines.push(JSON.parse(line) as { id: number; status: string });
  }
  return lines;
}

/**
 * A quiet machine shows a request after 4 s at most, a busy one later. The experiments take longer.
 */
const soonMs = 60_000;

describe("an experiment that is followed", () => {
  it("ends with its counts, its file and its results in input order", async () => {
    const given = experiment({ count: 30 });
    await startExperiment(ostinato, given);
    const { last, states } = await follow(given.name);
    expect(states.at(-1)).toBe("finished");
    expect(last).toMatchObject({
      records: 30,
      completed: 30,
      failed: 0,
      inFlight: 0,
      repeatedCalls: 0,
      problems: [],
      groups: [{ name: "all", state: "finished", completed: 30 }],
    });
    const completed = readFileSync(last.completedFile ?? "", "utf8");
    expect(completed.trim().split("\n")).toHaveLength(30);
    expect((await linesOf(given.name)).map((line) => line.id)).toEqual(
      Array.from({ length: 30 }, (_, id) => id),
    );
    expect(last.webUi).toContain(`/workflows/experiment%2F${given.name}/`);
    const [summary] = await listExperiments(ostinato, { dataFolder: join(folder, "data") });
    expect(summary).toMatchObject({ name: given.name, state: "finished", completed: 30 });
  });

  it("tells its end at half-way, nearer than the middle of the rest", async () => {
    const given = { ...experiment({ count: 60, latencyMs: 500 }), requestsPerMinute: 240 };
    await startExperiment(ostinato, given);
    let told: ExperimentStatus["ends"];
    const isHalfWay = ({ completed, ends }: ExperimentStatus): boolean => {
      told ??= completed >= 30 ? ends : undefined;
      return false;
    };
    const { last } = await follow(given.name, [[isHalfWay, () => undefined]]);
    const { startedAt = NaN, finishedAt = NaN } = last;
    const offMs = Math.abs((told?.atMs ?? NaN) - finishedAt);
    // 15 % of the time on a quiet machine.
    expect(offMs).toBeLessThan(0.4 * (finishedAt - startedAt));
  });

  it("ends at once where it has ended before", async () => {
    const given = experiment({ count: 2 });
    await startExperiment(ostinato, given);
    const first = await follow(given.name);
    const second = await follow(given.name);
    expect(second.states).toEqual(["finished"]);
    expect(second.last).toMatchObject({ completed: 2, completedFile: first.last.completedFile });
  });

  it("shows pause, resume, a change and a cancel soon after each", async () => {
    const given = { ...experiment({ count: 2_000, latencyMs: 100 }), requestsPerMinute: 600 };
    await startExperiment(ostinato, given);
    const marks: number[] = [];
    const step = (act: () => Promise<unknown>) => async (): Promise<void> => {
      marks.push(Date.now());
      await act();
    };
    const { last, states } = await follow(given.name, [
      [
        (status) => status.completed > 0,
        step(async () => {
          expect(await pauseExperiment(ostinato, given.name)).toBe("taken");
        }),
      ],
      [
        (status) => status.state === "paused",
        step(async () => {
          expect(Date.now() - (marks[0] ?? 0)).toBeLessThan(soonMs);
          const runs = await listExperiments(ostinato, { dataFolder: given.dataFolder });
          const listed = runs.find((run) => run.name === given.name);
          expect(listed).toMatchObject({ state: "paused", records: 2_000, failed: 0 });
          expect(listed?.completed).toBeGreaterThan(0);
          await resumeExperiment(ostinato, given.name);
        }),
      ],
      [
        (status) => status.state === "running",
        step(() => changeExperiment(ostinato, given.name, { requestsPerMinute: 1_200 })),
      ],
      [
        (status) => status.requestsPerMinute === 1_200,
        step(async () => {
          await cancelExperiment(ostinato, given.name);
        }),
      ],
    ]);
    expect(states).toEqual(expect.arrayContaining(["running", "paused", "cancelled"]));
    expect(Date.now() - (marks.at(-1) ?? 0)).toBeLessThan(soonMs);
    expect(last.state).toBe("cancelled");
    expect(last.completed + last.failed).toBe(2_000);
    expect(last.failed).toBeGreaterThan(0);
    await expect(changeExperiment(ostinato, given.name, { requestsPerMinute: 5 })).rejects.toThrow(
      /has ended/,
    );
  }, 240_000);

  it("is not resumed with a judge's key that the worker lacks", async () => {
    const judgeFolder = join(folder, "judge");
    mkdirSync(judgeFolder);
    const strict = { api: "openai", model_name: "gpt-4o", parameters: {} };
    writeFileSync(join(judgeFolder, "settings.json"), JSON.stringify({ strict }));
    writeFileSync(join(judgeFolder, "template.txt"), "{OUTPUT_RESPONSE}?");
    const given = { ...experiment({ count: 2_000 }), requestsPerMinute: 600, judgeFolder };
    await startExperiment(ostinato, { ...given, judges: ["strict"] });
    const shell = { ...ostinato, env: { ...env, OPENAI_API_KEY: "canary-1" } };
    const { last } = await follow(given.name, [
      [
        (status) => status.completed > 0,
        async () => {
          await expect(resumeExperiment(shell, given.name)).rejects.toThrow(
            /^`OPENAI_API_KEY` is set here, but the background worker with pid \d+ lacks it/,
          );
          await cancelExperiment(ostinato, given.name);
        },
      ],
    ]);
    expect(last.state).toBe("cancelled");
  });

  it("may be left by its signal, and goes on", async () => {
    const given = { ...experiment({ count: 20 }), requestsPerMinute: 120 };
    await startExperiment(ostinato, given);
    const leaving = new AbortController();
    const { last } = await follow(given.name, [[() => true, () => leaving.abort()]], {
      signal: leaving.signal,
    });
    expect(last.completed).toBeLessThan(20);
    expect((await follow(given.name)).last).toMatchObject({ state: "finished", completed: 20 });
  });

  it("waits with a request for a worker that is busy", async () => {
    const given = { ...experiment({ count: 100 }), requestsPerMinute: 60 };
    await startExperiment(ostinato, given);
    const worker = liveWorkers(env)[0];
    if (!worker) throw new Error("Expected the background worker to live.");
    process.kill(worker.pid, "SIGSTOP");
    const paused = pauseExperiment(ostinato, given.name);
    await sleep(2_500);
    process.kill(worker.pid, "SIGCONT");
    expect(await paused).toBe("taken");
    await cancelExperiment(ostinato, given.name);
    expect((await follow(given.name)).last.state).toBe("cancelled");
  });

  it("throws what is wrong with an input that turns bad before it is prepared", async () => {
    const given = experiment({ count: 1 });
    const worker = liveWorkers(env)[0];
    if (!worker) throw new Error("Expected the background worker to live.");
    process.kill(worker.pid, "SIGSTOP");
    try {
      const started = await startExperiment(ostinato, given);
      const { inputPath } = await inputOf(started.workflowId);
      writeFileSync(inputPath, '{"api": "test"}\n');
    } finally {
      process.kill(worker.pid, "SIGCONT");
    }
    const error: unknown = await follow(given.name).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UserError);
    expect((error as Error).message).toMatch(/line 1/);
    expect(await experimentStatus(ostinato, given.name)).toMatchObject({
      state: "failed",
      error: expect.stringMatching(/line 1/) as string,
    });
  });
});

async function inputOf(workflowId: string): Promise<{ readonly inputPath: string }> {
  const { events } = await ostinato.client.workflow.getHandle(workflowId).fetchHistory();
  const payload =
    events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0]?.data ?? [];
  return JSON.parse(Buffer.from(payload).toString()) as { readonly inputPath: string };
}

describe("a retry of what failed", () => {
  it("takes over what completed and sends the rest, under a new stamp", async () => {
    const failing = (id: number): object => (id % 2 === 0 ? {} : { status: 400, response: "no" });
    const given = experiment({ count: 6, parameters: failing });
    await startExperiment(ostinato, given);
    const { last: first } = await follow(given.name);
    expect(first).toMatchObject({ completed: 3, failed: 3 });
    const started = await retryFailed(ostinato, given.name, { requestsPerMinute: 3_000 });
    expect(started.alreadyRunning).toBe(false);
    const { last: second } = await follow(given.name);
    expect(second).toMatchObject({ records: 6, completed: 3, failed: 3, requestsPerMinute: 3_000 });
    expect(second.stamp).not.toBe(first.stamp);
    expect((await linesOf(given.name)).map((line) => line.status)).toEqual(
      (await linesOf(given.name)).map(({ id }) => (id % 2 === 0 ? "completed" : "failed")),
    );
    const before = readFileSync(first.completedFile ?? "", "utf8").split("\n");
    const after = readFileSync(second.completedFile ?? "", "utf8").split("\n");
    expect(JSON.parse(after[0] ?? "")).toMatchObject(JSON.parse(before[0] ?? "") as object);
  });

  it("is refused where nothing failed", async () => {
    const given = experiment({ count: 1 });
    await startExperiment(ostinato, given);
    await follow(given.name);
    await expect(retryFailed(ostinato, given.name)).rejects.toThrow(/Nothing failed/);
  });
});

describe("with a worker", () => {
  it("a wrong key is a blocked status with the API's words", async () => {
    const given = experiment({ count: 3, parameters: () => ({ status: 401 }) });
    await startExperiment(ostinato, given);
    let blocked: ExperimentStatus | undefined;
    for await (const status of followExperiment(ostinato, given.name)) {
      blocked = status;
      if (status.state === "blocked") break;
    }
    expect(blocked).toMatchObject({
      state: "blocked",
      completed: 0,
      failed: 0,
      blocked: [{ target: `test/${given.name}`, reason: expect.any(String) as string }],
    });
    await cancelExperiment(ostinato, given.name);
    expect((await follow(given.name)).last).toMatchObject({ state: "cancelled", failed: 3 });
  });

  it("a cancelled one is cancelling while its calls end, and a second cancel aborts them", async () => {
    const given = { ...experiment({ count: 2, latencyMs: 200_000 }), requestsPerMinute: 600 };
    await startExperiment(ostinato, given);
    const words: string[] = [];
    let other: unknown;
    const { states, last } = await follow(given.name, [
      [
        (status) => status.inFlight === 2,
        async () => {
          const again = startExperiment(ostinato, { ...given, requestsPerMinute: 500 });
          other = await again.catch((error: unknown) => error);
          words.push(await cancelExperiment(ostinato, given.name));
        },
      ],
      [
        (status) => status.state === "cancelling",
        async () => {
          words.push(await cancelExperiment(ostinato, given.name));
        },
      ],
    ]);
    expect((other as Error).message).toContain("(--max-queries 600, here 500)");
    expect(words).toEqual(["cancelled", "aborted"]);
    expect(states).toContain("cancelling");
    expect(last).toMatchObject({ state: "cancelled", completed: 0, failed: 2 });
  }, 120_000);

  it("limits tell who uses them, and a cap on another key of the same API is warned of", async () => {
    const given = { ...experiment({ count: 400, latencyMs: 300 }), requestsPerMinute: 300 };
    const key = `api/test/${given.name}`;
    await startExperiment(ostinato, given);
    const { last } = await follow(given.name, [
      [
        (status) => status.completed > 0,
        async () => {
          const limit = async () => (await listLimits(ostinato)).find((one) => one.key === key);
          await expect.poll(limit).toMatchObject({
            answered: true,
            requestsPerMinute: 300,
            cap: {},
            holders: [{ group: `${given.name}/all`, requestsPerMinute: 300 }],
          });
          const { warnings } = await setLimit(ostinato, "api/test", { inFlight: 5 });
          expect(warnings).toEqual([expect.stringContaining(`${key} (${given.name})`)]);
          await unsetLimit(ostinato, "api/test");
          expect((await setLimit(ostinato, key, { requestsPerMinute: 9_000 })).warnings).toEqual(
            [],
          );
          await unsetLimit(ostinato, key);
          await expect(
            changeExperiment(ostinato, given.name, { group: "al", inFlight: 5 }),
          ).rejects.toThrow('Did you mean "all"?');
          await changeExperiment(ostinato, given.name, { requestsPerMinute: 60_000 });
        },
      ],
    ]);
    expect(last).toMatchObject({ state: "finished", completed: 400 });
  }, 120_000);

  it("no second one is started", async () => {
    const dataFolder = join(folder, "data");
    const handle = await ensureWorker(ostinato, { role: "child", dataFolder });
    expect(handle.started).toBe(false);
    expect(liveWorkers(env)).toHaveLength(1);
  });
});

describe("following outlives", () => {
  it("a worker that is killed, and a local server that is killed", async () => {
    const given = { ...experiment({ count: 120, latencyMs: 200 }), requestsPerMinute: 600 };
    await startExperiment(ostinato, given);
    const notices: string[] = [];
    const killWorkers = (): void => {
      for (const { pid } of liveWorkers(env)) process.kill(pid, "SIGKILL");
    };
    const killServer = (): void => {
      const file = readFileSync(join(folder, "home", "server.json"), "utf8");
      process.kill((JSON.parse(file) as { readonly pid: number }).pid, "SIGKILL");
    };
    const { last } = await follow(
      given.name,
      [
        [(status) => status.completed > 5, killWorkers],
        [(status) => status.completed > 40, killServer],
      ],
      { onNotice: (text) => notices.push(text) },
    );
    expect(last).toMatchObject({ state: "finished", completed: 120, failed: 0 });
    expect(notices.join("\n")).toMatch(/one was started/);
    expect(notices.join("\n")).toMatch(/started again/);
    expect(notices.join("\n")).toMatch(/answers again/);
    // The worker that the following started has ended with it.
    expect(liveWorkers(env)).toEqual([]);
  }, 240_000);

  it("a finished run is told by its files where the server has forgotten it", async () => {
    const given = experiment({ count: 3 });
    const { name } = given;
    await startExperiment(ostinato, given);
    const { last } = await follow(name);
    const empty = { ...env, OSTINATO_HOME: join(folder, "other"), OSTINATO_TEMPORAL_PORT: "" };
    const other = await connect({
      env: { ...empty, OSTINATO_TEMPORAL_PORT: (await freePort()).toString() },
    });
    try {
      const options = { dataFolder: join(folder, "data") };
      expect(await experimentStatus(other, name, options)).toMatchObject({
        state: "finished",
        completed: 3,
        stamp: last.stamp,
        completedFile: last.completedFile,
      });
      expect(await listExperiments(other, options)).toContainEqual(
        expect.objectContaining({ name, state: "finished", completed: 3 }),
      );
      await expect(experimentStatus(other, "never-ran", options)).rejects.toThrow(UserError);
    } finally {
      await other.close();
      await stopOstinato(other.env);
    }
  });
});
