import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { ApplicationFailure, cancellationSignal } from "@temporalio/activity";
import type { WorkflowHandle } from "@temporalio/client";
import { WorkflowFailedError } from "@temporalio/client";
import { describe, expect, test } from "vitest";
import { groupId, pageId } from "../../../src/domain/experiment/ids.js";
import { userErrorType } from "../../../src/domain/failure/user-error.js";
import {
  cancelSignal,
  changeSignal,
  describeQuery,
  groupProgressQuery,
  pauseSignal,
  resumeSignal,
} from "../../../workflows/messages.js";
import type { runExperiment } from "../../../workflows/experiment/run-experiment.js";
import type { runGroup } from "../../../workflows/group/run-group.js";
import { reaches, restsPaused, sendsReach, withResolvers } from "../groups.js";
import { sharedStage } from "../shared-stage.js";
import { startExperiment } from "../stage.js";
import type { World } from "../stand-in.js";

const stage = sharedStage();

type Experiment = WorkflowHandle<typeof runExperiment>;

function groupOf(world: World, group: string): WorkflowHandle<typeof runGroup> {
  return stage.client.workflow.getHandle(groupId(world.name, world.prepared().stamp, group));
}

/** Returns the timeout of a workflow's tasks, in seconds. */
async function taskTimeoutSeconds(workflowId: string): Promise<number> {
  const { raw } = await stage.client.workflow.getHandle(workflowId).describe();
  return Number(raw.executionConfig?.defaultWorkflowTaskTimeout?.seconds);
}

/** An experiment that sends, whose maximum cost is set only once `setIt` is called. */
async function startWithSlowMaxCost(): Promise<{
  readonly world: World;
  readonly experiment: Experiment;
  readonly setIt: () => void;
}> {
  const { promise: set, resolve: setIt } = withResolvers();
  const groups = { all: 60 };
  const world = stage.world({ groups, requestsPerMinute: 600, onMaxCost: async () => set });
  const experiment = await startExperiment(stage, world);
  await sendsReach(world, 5);
  return { world, experiment, setIt };
}

async function stateReaches(experiment: Experiment, state: string): Promise<void> {
  await reaches(async () => {
    expect(await experiment.query(describeQuery)).toMatchObject({ state });
  });
}

describe.concurrent("an experiment", () => {
  test("runs all its groups to their ends, then writes its files", async () => {
    const world = stage.world({ groups: { easy: 12, hard: 5 } });
    const experiment = await startExperiment(stage, world);
    expect(await experiment.result()).toEqual({
      status: "finished",
      records: 17,
      completed: 17,
      failed: 0,
      repeatedCalls: 0,
      completedFile: `${world.directory}/completed.jsonl`,
    });
    expect(world.finishes).toEqual([{ directory: world.directory, cancelled: [] }]);
    expect(world.repeats()).toEqual([]);
    expect((await experiment.describe()).memo).toMatchObject({ directory: world.directory });
    // Another worker gets a dead worker's task of a group or a page after 4 s instead of 10.
    const easy = groupOf(world, "easy").workflowId;
    expect(await Promise.all([easy, pageId(easy, 0)].map(taskTimeoutSeconds))).toEqual([4, 4]);
    expect(await experiment.query(describeQuery)).toMatchObject({
      state: "finished",
      cancelled: false,
      groups: [
        { plan: { name: "easy" }, workflowId: groupOf(world, "easy").workflowId },
        { plan: { name: "hard" }, workflowId: groupOf(world, "hard").workflowId },
      ],
    });
  });

  test("counts what failed", async () => {
    const world = stage.world({
      groups: { all: 6 },
      answer: async ({ position }) => (position < 2 ? "failed" : "completed"),
    });
    const experiment = await startExperiment(stage, world);
    expect(await experiment.result()).toMatchObject({ completed: 4, failed: 2 });
  });

  test("whose input is refused fails as the user's mistake, and sends nothing", async () => {
    const world = stage.world({
      onPrepare: async () => {
        throw ApplicationFailure.create({
          type: userErrorType,
          message:
            "Expected `api`, the name of an API; it is missing. Name a model for all records that lack it with --model, e.g. --model openai/gpt-4o.",
          nonRetryable: true,
        });
      },
    });
    const experiment = await startExperiment(stage, world);
    const error: unknown = await experiment.result().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(WorkflowFailedError);
    expect((error as WorkflowFailedError).cause).toMatchObject({
      type: userErrorType,
      message:
        "Expected `api`, the name of an API; it is missing. Name a model for all records that lack it with --model, e.g. --model openai/gpt-4o.",
    });
    expect(world.leases).toEqual([]);
    expect(world.finishes).toEqual([]);
  });

  test("prepares again what could not be read for a moment", async () => {
    let prepared = 0;
    const world = stage.world({
      groups: { all: 2 },
      onPrepare: async () => {
        prepared += 1;
        if (prepared === 1) throw new Error("EIO: i/o error, read");
      },
    });
    const experiment = await startExperiment(stage, world);
    expect(await experiment.result()).toMatchObject({ completed: 2 });
    expect(prepared).toBe(2);
  });

  test("walks a group again that a person terminates, and sends no record twice", async () => {
    const groups = { all: 150, other: 3 };
    const world = stage.world({ groups, requestsPerMinute: 600, noticesEnds: true });
    const experiment = await startExperiment(stage, world);
    await sendsReach(world, 15);
    await experiment.signal(resumeSignal, {});
    await groupOf(world, "all").terminate("by a person");
    expect(await experiment.result()).toMatchObject({ status: "finished", completed: 153 });
    expect(world.repeats()).toEqual([]);
    expect(world.finishes.length).toBeGreaterThanOrEqual(2);
    const pages = new Set(world.sends.map(({ page }) => page));
    expect([...pages].some((page) => page.endsWith("/all/page/100000"))).toBe(true);
    expect(world.leases.at(-1)).toMatchObject({ resumes: 1 });
  });
});

test("many groups are told by an activity, so that the experiment's history stays short", async () => {
  const names = Array.from({ length: 51 }, (_, number) => `g${number}`);
  // At this rate nearly all pages wait for their first slot.
  const groups = Object.fromEntries(names.map((name) => [name, 100]));
  const world = stage.world({ groups, requestsPerMinute: 6 });
  const experiment = await startExperiment(stage, world);
  await reaches(() => {
    expect(new Set(world.leases.map(({ group }) => group)).size).toBe(names.length);
  });
  await experiment.signal(pauseSignal);
  for (const name of ["g0", "g25", "g50"]) {
    await reaches(async () => {
      expect(await groupOf(world, name).query(groupProgressQuery)).toMatchObject({
        state: "paused",
      });
    });
  }
  await experiment.signal(cancelSignal);
  await experiment.result();
  const { events } = await experiment.fetchHistory();
  const signals = events?.filter(
    (event) => event.signalExternalWorkflowExecutionInitiatedEventAttributes,
  );
  expect(signals).toEqual([]);
});

test("a batch run whose time ends while its files are written sends nothing again", async () => {
  const batchTimeoutMs = 12_000;
  let finishEndsAtMs = Infinity;
  const world = stage.world({
    groups: { all: 200 },
    requestsPerMinute: 600,
    onFinish: async () => sleep(Math.max(0, finishEndsAtMs - Date.now())),
  });
  const flow = { batchTimeoutMs };
  const pipeline = { path: "/worlds/flow", targets: [], reuse: false, window: 10, flow };
  const experiment = await startExperiment(stage, world, { pipeline });
  finishEndsAtMs = Date.now() + batchTimeoutMs + 2_000;
  await sendsReach(world, 3);
  await groupOf(world, "all").terminate("by a person");
  expect(await experiment.result()).toMatchObject({ status: "cancelled" });
  // The first finish began before the time was over, and the lines of the lost group lacked outcomes.
  expect(world.finishes.map(({ timedOut = false }) => timedOut)).toEqual([false, true]);
  expect(world.sends.length).toBeLessThan(100);
});

describe.concurrent("an experiment is cancelled", () => {
  test("by a request from outside: calls in flight end and the files are written", async () => {
    const world = stage.world({
      groups: { all: 500, other: 500 },
      requestsPerMinute: 600,
      answer: async () => sleep(1_500, "completed"),
    });
    const experiment = await startExperiment(stage, world);
    await sendsReach(world, 30);
    await experiment.cancel();
    const result = await experiment.result();
    expect(result).toEqual({
      status: "cancelled",
      records: 1_000,
      completed: world.sends.length,
      failed: 1_000 - world.sends.length,
      repeatedCalls: 0,
      completedFile: `${world.directory}/completed.jsonl`,
    });
    // All of them would take 100 s.
    expect(world.sends.length).toBeLessThan(500);
    expect(world.finishes).toEqual([
      { directory: world.directory, cancelled: expect.arrayContaining(["all", "other"]) },
    ]);
    expect((await experiment.describe()).status.name).toBe("COMPLETED");
  });

  test("by a signal before it is prepared: nothing is sent", async () => {
    const { promise: told, resolve: tell } = withResolvers();
    const world = stage.world({ groups: { all: 50 }, onPrepare: async () => told });
    const experiment = await startExperiment(stage, world);
    await experiment.signal(cancelSignal);
    tell();
    expect(await experiment.result()).toMatchObject({
      status: "cancelled",
      completed: 0,
      failed: 50,
    });
    expect(world.leases).toEqual([]);
  });

  test("a second time: calls in flight are given up", async () => {
    const world = stage.world({
      groups: { all: 3 },
      answer: async () => sleep(600_000, "completed", { ref: false }),
    });
    const experiment = await startExperiment(stage, world);
    await sendsReach(world, 3);
    await experiment.signal(cancelSignal);
    await sleep(2_000);
    expect(world.aborted).toBe(false);
    expect((await experiment.describe()).status.name).toBe("RUNNING");
    await experiment.signal(cancelSignal);
    expect(await experiment.result()).toMatchObject({
      status: "cancelled",
      completed: 0,
      failed: 3,
    });
    expect(world.aborted).toBe(true);
  });

  test("while a global step runs, whose worker then dies: it ends, and its result is written", async () => {
    let began = 0;
    const world = stage.world({
      groups: { all: 2 },
      onGlobalStep: async () => {
        began += 1;
        await once(cancellationSignal(), "abort");
        // An attempt that fails after a cancellation is not repeated, as one that times out.
        throw new Error("The worker died.");
      },
    });
    const segments = [
      { walks: true, globals: ["all"] },
      { walks: true, globals: [] },
    ];
    const pipeline = { path: "/worlds/pipeline", targets: [], reuse: false, window: 10, segments };
    const experiment = await startExperiment(stage, world, { pipeline });
    await reaches(() => {
      expect(began).toBe(1);
    });
    await experiment.signal(cancelSignal);
    expect(await experiment.result()).toMatchObject({ status: "cancelled", completed: 2 });
  });

  test("while it is paused: it ends", async () => {
    const world = stage.world({ groups: { all: 100 }, requestsPerMinute: 600 });
    const experiment = await startExperiment(stage, world);
    await sendsReach(world, 5);
    await experiment.signal(pauseSignal);
    await stateReaches(experiment, "paused");
    await experiment.signal(cancelSignal);
    expect(await experiment.result()).toMatchObject({ status: "cancelled" });
  });
});

describe.concurrent("steering an experiment", () => {
  test("pauses and resumes all its groups", async () => {
    const world = stage.world({ groups: { all: 70, other: 70 }, requestsPerMinute: 600 });
    const experiment = await startExperiment(stage, world);
    await sendsReach(world, 20);
    await experiment.signal(pauseSignal);
    await stateReaches(experiment, "paused");
    await restsPaused(groupOf(world, "other"), world, 3_000);
    expect(world.sends.length).toBeLessThan(140);
    await experiment.signal(resumeSignal, {});
    expect(await experiment.result()).toMatchObject({ completed: 140 });
    expect(world.repeats()).toEqual([]);
  });

  test("before its groups are there holds for them", async () => {
    const { promise: told, resolve: tell } = withResolvers();
    const world = stage.world({ groups: { all: 5 }, onPrepare: async () => told });
    const experiment = await startExperiment(stage, world);
    await experiment.signal(pauseSignal);
    await experiment.signal(changeSignal, { requestsPerMinute: 77, inFlight: 3 });
    await experiment.signal(changeSignal, { maxCost: 0.6 });
    await experiment.signal(changeSignal, { maxCost: 0.7 });
    tell();
    await stateReaches(experiment, "paused");
    await sleep(1_500);
    expect(world.sends).toEqual([]);
    await experiment.signal(resumeSignal, {});
    expect(await experiment.result()).toMatchObject({ completed: 5 });
    expect(world.leases[0]).toMatchObject({ requestsPerMinute: 77, inFlight: 3 });
    expect(world.sums).toContainEqual({ maxCost: 0.7, change: 2 });
  });

  test("a pause after a resume with a maximum cost counts, however long that takes to set", async () => {
    const { world, experiment, setIt } = await startWithSlowMaxCost();
    await experiment.signal(pauseSignal);
    await stateReaches(experiment, "paused");
    await experiment.signal(resumeSignal, { maxCost: 1 });
    await experiment.signal(pauseSignal);
    setIt();
    await reaches(() => {
      expect(world.sums).toEqual([{ maxCost: 1, change: 1 }]);
    });
    await restsPaused(groupOf(world, "all"), world, 2_000);
    expect(await experiment.query(describeQuery)).toMatchObject({ state: "paused" });
    await experiment.signal(resumeSignal, {});
    expect(await experiment.result()).toMatchObject({ completed: 60 });
  });

  test("a change after a change with a maximum cost counts, however long that takes to set", async () => {
    const { world, experiment, setIt } = await startWithSlowMaxCost();
    await experiment.signal(changeSignal, { maxCost: 1, requestsPerMinute: 700, inFlight: 3 });
    await experiment.signal(changeSignal, { requestsPerMinute: 800 });
    setIt();
    await experiment.result();
    expect(world.sums).toEqual([{ maxCost: 1, change: 1 }]);
    expect(world.leases.at(-1)).toMatchObject({ requestsPerMinute: 800, inFlight: 3 });
  });

  test("of two signals that come at once the last one counts", async () => {
    const world = stage.world({ groups: { all: 60 }, requestsPerMinute: 600 });
    const experiment = await startExperiment(stage, world);
    await sendsReach(world, 5);
    for (let round = 0; round < 5; round += 1) {
      await experiment.signal(pauseSignal);
      await experiment.signal(resumeSignal, {});
    }
    expect(await experiment.result()).toMatchObject({ completed: 60 });
    expect(world.repeats()).toEqual([]);
  });

  test("changes the named group alone, or all of them", async () => {
    const world = stage.world({ groups: { all: 500, other: 500 }, requestsPerMinute: 600 });
    const experiment = await startExperiment(stage, world);
    await sendsReach(world, 10);
    await experiment.signal(changeSignal, { group: "all", requestsPerMinute: 300 });
    await experiment.signal(changeSignal, { inFlight: 9 });
    const rate = async (group: string): Promise<unknown> =>
      groupOf(world, group).query(groupProgressQuery);
    await reaches(async () => {
      expect(await rate("all")).toMatchObject({ requestsPerMinute: 300, inFlight: 9 });
      expect(await rate("other")).toMatchObject({ requestsPerMinute: 600, inFlight: 9 });
    });
    await experiment.signal(cancelSignal);
    await experiment.result();
  });

  test("passes over a change that nobody can use, as typed in the Web UI", async () => {
    const world = stage.world({ groups: { all: 20 }, requestsPerMinute: 600 });
    const experiment = await startExperiment(stage, world);
    await experiment.signal("change");
    await experiment.signal(changeSignal, { requestsPerMinute: 0 });
    await sendsReach(world, 2);
    await groupOf(world, "all").signal("change", "faster");
    expect(await experiment.result()).toMatchObject({ completed: 20 });
  });
});
