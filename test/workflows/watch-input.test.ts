import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ApplicationFailure } from "@temporalio/activity";
import type { WorkflowHandle } from "@temporalio/client";
import { afterAll, describe, expect, test, vi } from "vitest";
import { userErrorType } from "../../src/domain/failure/user-error.js";
import {
  describeWatchQuery,
  pauseSignal,
  resumeSignal,
  stopSignal,
} from "../../workflows/messages.js";
import type { WatchDescription } from "../../workflows/messages.js";
import type { watchInput } from "../../workflows/watch-input.js";
import { realActivities } from "../replay/real-experiment.js";
import { sharedStage } from "./shared-stage.js";
import { recordsOf, startWatch, WatchedFolder } from "./watched-folder.js";

const folders: string[] = [];
/** Experiments in the order in which they were prepared. */
const prepared: string[] = [];
/** Experiments whose preparation is refused, by the ends of their names. */
const refused = "-refused";

// Registered before the stage, so it runs after the stage has stopped.
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const stage = sharedStage({
  activities: (client) => {
    const real = realActivities(client);
    return {
      ...real,
      prepareExperiment: async (input) => {
        prepared.push(input.settings.name);
        if (input.settings.name.endsWith(refused)) throw refusal;
        return real.prepareExperiment(input);
      },
    };
  },
});

const refusal = ApplicationFailure.create({
  type: userErrorType,
  message: "Expected another file, got this one.",
  nonRetryable: true,
});

function watchedFolder(): WatchedFolder {
  const folder = mkdtempSync(join(tmpdir(), "ostinato-watch-"));
  folders.push(folder);
  return new WatchedFolder(folder);
}

function preparedOf({ prefix }: WatchedFolder): string[] {
  return prepared
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length));
}

function mostAtOnce(events: WatchDescription["events"]): number {
  let running = 0;
  return events.reduce((most, { type }) => {
    running += type === "started" ? 1 : -1;
    return Math.max(most, running);
  }, 0);
}

type WatchHandle = WorkflowHandle<typeof watchInput>;

async function reaches(
  watch: WatchHandle,
  isReached: (description: WatchDescription) => boolean,
): Promise<WatchDescription> {
  const ask = async (): Promise<WatchDescription> => {
    const description = await watch.query(describeWatchQuery);
    expect(description).toSatisfy(isReached);
    return description;
  };
  return vi.waitFor(ask, { timeout: 40_000, interval: 100 });
}

describe.concurrent("a watch", () => {
  test("runs each file once, one at a time, in the order in which they came", async () => {
    const folder = watchedFolder();
    for (const name of ["c", "a", "b"]) {
      folder.drop(`${name}.jsonl`, 3);
      await sleep(15);
    }
    const watch = await startWatch(stage.client, folder);
    const { counts, events } = await watch.result();
    expect(counts).toEqual({ started: 3, ended: 3, unsound: 0, rejected: 0 });
    expect(preparedOf(folder)).toEqual(["c", "a", "b"]);
    const order = ["started", "ended", "started", "ended", "started", "ended"];
    expect(events.map(({ type }) => type)).toEqual(order);
    expect(events[1]).toMatchObject({ status: "finished", records: 3, completed: 3, failed: 0 });
    expect(folder.responsesOf("a")).toEqual([["answer 0", "answer 1", "answer 2"]]);
    expect(folder.inputs()).toEqual([]);
  });

  test("runs as many at once as it may, over its continuing as new, each once and in order", async () => {
    const folder = watchedFolder();
    const names = Array.from({ length: 24 }, (_, index) => `f-${index.toString()}`);
    for (const name of names) folder.drop(`${name}.jsonl`, 1, 300);
    const watch = await startWatch(stage.client, folder, { concurrent: 4 });
    const { counts, events } = await watch.result();
    expect(counts).toEqual({ started: 24, ended: 24, unsound: 0, rejected: 0 });
    expect(mostAtOnce(events)).toBe(4);
    const started = events.filter(({ type }) => type === "started");
    expect(started.map((event) => "name" in event && event.name.slice(9 + 1))).toEqual(names);
    expect(preparedOf(folder).sort()).toEqual([...names].sort());
    for (const name of names) expect(folder.responsesOf(name)).toEqual([["answer 0"]]);
    const latest = await stage.client.workflow.getHandle(watch.workflowId).describe();
    expect(latest.runId).not.toBe(watch.firstExecutionRunId);
  }, 180_000);

  test("sets bad files aside and goes on", async () => {
    const folder = watchedFolder();
    folder.drop("broken.jsonl", "{bad\n");
    folder.drop("empty.jsonl", "");
    folder.drop("unknown.jsonl", `${JSON.stringify({ api: "tset", prompt: "a" })}\n`);
    folder.drop("set.settings.json", '{"maxQuerys": 5}');
    folder.drop("set.jsonl");
    folder.drop("elsewhere.settings.json", '{"dataFolder": "/tmp"}');
    folder.drop("elsewhere.jsonl");
    folder.drop("good.jsonl");
    const watch = await startWatch(stage.client, folder);
    const { counts, events } = await watch.result();
    expect(counts).toEqual({ started: 1, ended: 1, unsound: 0, rejected: 5 });
    expect(folder.inputs()).toEqual([]);
    expect(folder.rejected()).toEqual(
      [
        ...["broken.error.txt", "broken.jsonl", "empty.error.txt", "empty.jsonl"],
        ...["elsewhere.error.txt", "elsewhere.jsonl", "elsewhere.settings.json"],
        ...["set.error.txt", "set.jsonl", "set.settings.json"],
        ...["unknown.error.txt", "unknown.jsonl"],
      ].sort(),
    );
    const reasons = events.flatMap((event) => (event.type === "rejected" ? [event.reason] : []));
    expect(reasons).toContainEqual(expect.stringContaining("Did you mean `maxQueries`?"));
    expect(reasons).toContainEqual(expect.stringContaining("`dataFolder`"));
  });

  test("runs a file by the settings beside it, which go with it", async () => {
    const folder = watchedFolder();
    folder.drop("a.settings.json", `{"name": "${folder.prefix}other", "maxAttempts": 1}`);
    folder.drop(
      "a.jsonl",
      `${JSON.stringify({ api: "test", model_name: "m", prompt: "a", parameters: { fail_times: 1, latency_ms: 0 } })}\n`,
    );
    const { events } = await (await startWatch(stage.client, folder)).result();
    expect(events[1]).toMatchObject({ name: `${folder.prefix}other`, completed: 0, failed: 1 });
    expect(folder.inputs()).toEqual([]);
    expect(folder.responsesOf("other")).toEqual([[null]]);
  });

  test("takes a file when it is complete, and the next ones meanwhile", async () => {
    const folder = watchedFolder();
    const path = folder.inputPath("slow.jsonl");
    const lines = recordsOf(8).split("\n");
    writeFileSync(path, "");
    folder.drop("quick.jsonl");
    const watch = await startWatch(stage.client, folder);
    for (const line of lines) {
      appendFileSync(path, line.slice(0, 20));
      await sleep(500);
      appendFileSync(path, `${line.slice(20)}\n`);
      await sleep(500);
    }
    const { counts } = await watch.result();
    expect(counts).toMatchObject({ ended: 2, unsound: 0, rejected: 0 });
    expect(preparedOf(folder)).toEqual(["quick", "slow"]);
    expect(folder.responsesOf("slow")[0]).toHaveLength(8);
  });

  test("runs a file of the same name that comes while the first one runs after it", async () => {
    const folder = watchedFolder();
    folder.drop("again.jsonl", 1, 15_000);
    const watch = await startWatch(stage.client, folder, { concurrent: 3 });
    await vi.waitFor(() => expect(folder.inputs()).toEqual([]), { timeout: 20_000 });
    folder.drop("again.jsonl", 2);
    await reaches(watch, ({ waiting }) => waiting.busy.length === 1);
    const { counts } = await watch.result();
    expect(counts).toEqual({ started: 2, ended: 2, unsound: 0, rejected: 0 });
    expect(folder.responsesOf("again")).toEqual([["answer 0"], ["answer 0", "answer 1"]]);
  });

  test("sets aside what its experiment refuses, and not what was put in its place", async () => {
    const folder = watchedFolder();
    folder.drop(`a${refused}.jsonl`);
    const watch = await startWatch(stage.client, folder);
    const { counts, events } = await watch.result();
    expect(counts).toEqual({ started: 1, ended: 1, unsound: 1, rejected: 1 });
    expect(preparedOf(folder)).toEqual([`a${refused}`]);
    const reason = "Expected another file, got this one.";
    expect(events[1]).toMatchObject({ type: "ended", status: "failed", error: reason });
    expect(events[2]).toMatchObject({ type: "rejected", reason });
    expect(folder.rejected()).toEqual([`a${refused}.error.txt`, `a${refused}.jsonl`]);
  });

  test("goes on when an experiment is terminated", async () => {
    const folder = watchedFolder();
    folder.drop("long.jsonl", 1, 60_000);
    await sleep(15);
    folder.drop("next.jsonl");
    const watch = await startWatch(stage.client, folder);
    const [running] = (await reaches(watch, (one) => one.running.length === 1)).running;
    await vi.waitFor(() => expect(folder.inputs()).toEqual(["next.jsonl"]), { timeout: 20_000 });
    await stage.client.workflow.getHandle(running!.workflowId).terminate("by a person");
    const { counts } = await watch.result();
    expect(counts).toEqual({ started: 2, ended: 2, unsound: 1, rejected: 0 });
  });
});

describe.concurrent("steering a watch", () => {
  test("paused it starts nothing, resumed it goes on; what runs isn't touched", async () => {
    const folder = watchedFolder();
    folder.drop("first.jsonl", 1, 3_000);
    await sleep(15);
    folder.drop("second.jsonl");
    const watch = await startWatch(stage.client, folder);
    await reaches(watch, ({ running }) => running.length === 1);
    await watch.signal(pauseSignal);
    const paused = await reaches(watch, ({ counts }) => counts.ended === 1);
    expect(paused).toMatchObject({ state: "paused", waiting: { count: 1 } });
    await sleep(6_000);
    expect(preparedOf(folder)).toEqual(["first"]);
    await watch.signal(resumeSignal, {});
    expect((await watch.result()).counts).toMatchObject({ ended: 2 });
  });

  test("stopped it ends at once; its experiment goes on, and the rest stays", async () => {
    const folder = watchedFolder();
    folder.drop("first.jsonl", 1, 4_000);
    await sleep(15);
    folder.drop("second.jsonl");
    const watch = await startWatch(stage.client, folder, { once: false });
    const { running } = await reaches(watch, (one) => one.running.length === 1);
    await watch.signal(stopSignal);
    expect(await watch.result()).toMatchObject({ state: "stopped", counts: { started: 1 } });
    const experiment = stage.client.workflow.getHandle(running[0]!.workflowId);
    expect(await experiment.result()).toMatchObject({ status: "finished", completed: 1 });
    expect(folder.inputs()).toEqual(["second.jsonl"]);
  });

  test("a cancel request from outside is a stop", async () => {
    const folder = watchedFolder();
    const watch = await startWatch(stage.client, folder, { once: false });
    await reaches(watch, ({ state }) => state === "watching");
    await watch.cancel();
    expect(await watch.result()).toMatchObject({ state: "stopped" });
  });

  test("it can be stopped while its folder is gone, and goes on when that is back", async () => {
    const folder = watchedFolder();
    const input = join(folder.path, "input");
    renameSync(input, `${input}-away`);
    const watch = await startWatch(stage.client, folder);
    await vi.waitFor(
      async () => {
        const { raw } = await watch.describe();
        expect(raw.pendingActivities?.[0]?.lastFailure?.message).toContain("ENOENT");
      },
      { timeout: 20_000 },
    );
    renameSync(`${input}-away`, input);
    folder.drop("a.jsonl");
    expect((await watch.result()).counts).toMatchObject({ ended: 1 });
    renameSync(input, `${input}-away`);
    const again = await startWatch(stage.client, folder);
    await sleep(1_000);
    await again.signal(stopSignal);
    expect(await again.result()).toMatchObject({ state: "stopped" });
  });
});
