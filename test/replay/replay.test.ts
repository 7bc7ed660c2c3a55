import { readdirSync, readFileSync } from "node:fs";
import { DefaultLogger, makeTelemetryFilterString, Runtime, Worker } from "@temporalio/worker";
import { DeterminismViolationError } from "@temporalio/workflow";
import { beforeAll, describe, expect, test } from "vitest";
import { bundleWorkflows } from "../workflows/workflow-bundle.js";
import {
  parseHistory,
  payload,
  timerFired,
  timerStarted,
  withEvents,
  workflowIdOf,
  workflowTask,
} from "./edit-history.js";
import type { RecordedHistory } from "./edit-history.js";
import { historyText } from "./history-text.js";
import { secretText } from "./real-experiment.js";

const folder = new URL("histories/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".json"));

let workflowBundle: { readonly code: string };

beforeAll(async () => {
  // The errors show the histories that do not replay.
  Runtime.install({
    logger: new DefaultLogger("ERROR"),
    telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: "ERROR" }) } },
  });
  workflowBundle = await bundleWorkflows();
}, 120_000);

function recorded(name: string): RecordedHistory {
  const file = files.find((each) => each.startsWith(`${name}.`));
  if (file === undefined) throw new Error(`There is no history of ${name}.`);
  return parseHistory(new URL(file, folder));
}

async function replay(history: RecordedHistory): Promise<void> {
  await Worker.runReplayHistory({ workflowBundle }, history, workflowIdOf(history));
}

describe("a recorded history", () => {
  test.each(files)("%s replays", async (file) => {
    await replay(parseHistory(new URL(file, folder)));
  });

  test("is there of each workflow", () => {
    const workflows = new Set(files.map((file) => file.split(".")[0]));
    const all = ["limit", "run-experiment", "run-group", "run-page", "watch-input"];
    expect([...workflows].sort()).toEqual(all);
  });

  test.each(files)("%s carries no prompt beyond its preview, no answer and no key", (file) => {
    const text = historyText(readFileSync(new URL(file, folder), "utf8"));
    expect(text).not.toContain(secretText);
    expect(text).not.toContain("quince");
  });

  test("that was decoded shows what a payload says", () => {
    const [page] = files.filter((file) => file.startsWith("run-page.refused-and-retried"));
    const text = historyText(readFileSync(new URL(page!, folder), "utf8"));
    expect(text).toContain("Please summarise what follows.");
  });

  test.each([
    ["run-page.paused", '"sendPrompts"', '"sendSomething"'],
    ["run-group.continued-as-new", '"runPage"', '"runLeaf"'],
    ["run-experiment.with-stages", '"prepareStage"', '"prepareSomething"'],
    ["run-experiment.with-a-global-step", '"runGlobalStep"', '"runNothing"'],
    ["run-experiment.refused", '"prepareExperiment"', '"doExperiment"'],
    ["run-experiment.batch-in-time", '"finishBatch"', '"finishNothing"'],
    ["watch-input.paused-and-stopped", '"lookAtInput"', '"lookElsewhere"'],
  ])("of %s with another name than %s does not replay", async (name, from, to) => {
    const text = JSON.stringify(recorded(name));
    expect(text).toContain(from);
    const changed = JSON.parse(text.replaceAll(from, to)) as RecordedHistory;
    await expect(replay(changed)).rejects.toBeInstanceOf(DeterminismViolationError);
  });
});

/** The limit goes on until nobody has asked for so many looks, and then ends or looks again. */
function limitAfter(
  history: RecordedHistory,
  looks: number,
  end: "completed" | "goes on",
): RecordedHistory {
  const started = history.events.find(({ eventType }) => eventType === "EVENT_TYPE_TIMER_STARTED");
  let timerEvent = Number(started?.eventId);
  let long = history;
  for (let look = 1; look <= looks; look += 1) {
    long = withEvents(long, 300_000, (id) => [
      timerFired(look.toString(), timerEvent),
      ...workflowTask(id + 1),
      look < looks || end === "goes on"
        ? timerStarted((look + 1).toString(), id + 3, 300)
        : {
            eventType: "EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED",
            workflowExecutionCompletedEventAttributes: {
              result: { payloads: [{ metadata: { encoding: "YmluYXJ5L251bGw=" } }] },
              workflowTaskCompletedEventId: (id + 3).toString(),
            },
          },
    ]);
    timerEvent = long.events.length;
  }
  return long;
}

function withCap(history: RecordedHistory): RecordedHistory {
  return withEvents(history, 10, (id) => [
    {
      eventType: "EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED",
      workflowExecutionSignaledEventAttributes: {
        signalName: "set-cap",
        input: payload({ inFlight: 3 }),
      },
    },
    ...workflowTask(id + 1),
  ]);
}

describe("a limit that nobody asks", () => {
  test("ends with the first look after ten minutes", async () => {
    const history = recorded("limit.leased");
    await replay(limitAfter(history, 1, "goes on"));
    await replay(limitAfter(history, 2, "completed"));
    const early = replay(limitAfter(history, 1, "completed"));
    await expect(early).rejects.toBeInstanceOf(DeterminismViolationError);
  });

  test("goes on where it carries a cap", async () => {
    const history = withCap(recorded("limit.leased"));
    await replay(limitAfter(history, 8, "goes on"));
    const ended = replay(limitAfter(history, 8, "completed"));
    await expect(ended).rejects.toBeInstanceOf(DeterminismViolationError);
  });
});

/**
 * A group that waits for its page has heard nothing for two minutes, and asks which of its pages
 * have ended.
 */
function groupThatLooks(ended: readonly string[]): RecordedHistory {
  const history = recorded("run-group.waiting-for-a-page");
  const id = workflowIdOf(history);
  const timerEvent = history.events.length;
  const asked = withEvents(history, 120_000, (next) => [
    timerFired("2", timerEvent),
    ...workflowTask(next + 1),
    {
      eventType: "EVENT_TYPE_ACTIVITY_TASK_SCHEDULED",
      activityTaskScheduledEventAttributes: {
        activityId: "1",
        activityType: { name: "findEnded" },
        workflowTaskCompletedEventId: (next + 3).toString(),
      },
    },
  ]);
  return withEvents(asked, 100, (next) => [
    {
      eventType: "EVENT_TYPE_ACTIVITY_TASK_STARTED",
      activityTaskStartedEventAttributes: { scheduledEventId: (next - 1).toString(), attempt: 1 },
    },
    {
      eventType: "EVENT_TYPE_ACTIVITY_TASK_COMPLETED",
      activityTaskCompletedEventAttributes: {
        result: payload(ended),
        scheduledEventId: (next - 1).toString(),
        startedEventId: next.toString(),
      },
    },
    ...workflowTask(next + 2),
    {
      eventType: "EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED",
      startChildWorkflowExecutionInitiatedEventAttributes: {
        workflowId: `${id}/page/1`,
        workflowType: { name: "runPage" },
        workflowTaskCompletedEventId: (next + 4).toString(),
      },
    },
  ]);
}

describe("a group that has not heard of a page for two minutes", () => {
  test("walks the page's records again where the server knows it no more", async () => {
    const history = recorded("run-group.waiting-for-a-page");
    await replay(groupThatLooks([`${workflowIdOf(history)}/page/0`]));
  });

  test("goes on waiting where the page still runs", async () => {
    await expect(replay(groupThatLooks([]))).rejects.toBeInstanceOf(DeterminismViolationError);
  });
});

/**
 * A signal comes between the decision to start a child and its start; then the child is there, and
 * is told `told`.
 */
function steeredAtTheStart(name: string, signal: string, told?: string): RecordedHistory {
  const { events } = recorded(name);
  const started = events.findIndex(
    ({ eventType }) => eventType === "EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_STARTED",
  );
  const signalled = withEvents({ events: events.slice(0, started) }, 1, (id) => [
    {
      eventType: "EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED",
      workflowExecutionSignaledEventAttributes: {
        signalName: signal,
        input: payload({ requestsPerMinute: 77, resumes: 1 }),
      },
    },
    ...workflowTask(id + 1),
  ]);
  const { eventId, eventTime, ...childStarted } = events[started]!;
  expect(Number(eventId)).toBe(started + 1);
  expect(eventTime).toContain("T");
  return withEvents(signalled, 1, (id) => [
    childStarted,
    ...workflowTask(id + 1),
    told === undefined
      ? timerStarted("1", id + 3, 120)
      : {
          eventType: "EVENT_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED",
          signalExternalWorkflowExecutionInitiatedEventAttributes: {
            signalName: told,
            workflowTaskCompletedEventId: (id + 3).toString(),
          },
        },
  ]);
}

describe("steering that comes while a child is starting", () => {
  test.each([
    ["run-experiment.paused-changed-and-resumed", "pause"],
    ["run-experiment.paused-changed-and-resumed", "resume"],
    ["run-experiment.paused-changed-and-resumed", "change"],
    ["run-experiment.paused-changed-and-resumed", "cancel"],
    ["run-group.waiting-for-a-page", "pause"],
    ["run-group.waiting-for-a-page", "resume"],
    ["run-group.waiting-for-a-page", "change"],
  ])("reaches it as soon as it has started: of %s, %s", async (name, signal) => {
    await replay(steeredAtTheStart(name, signal, signal));
    const untold = replay(steeredAtTheStart(name, signal));
    await expect(untold).rejects.toBeInstanceOf(DeterminismViolationError);
  });
});
