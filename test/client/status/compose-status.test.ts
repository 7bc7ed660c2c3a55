import { describe, expect, it, test } from "vitest";
import type { Slowdown } from "../../../src/domain/limit/slowing/slowdowns.js";
import type { ExperimentAnswer } from "../../../src/client/status/ask-experiment.js";
import { composeStatus } from "../../../src/client/status/compose-status.js";
import type { StatusFacts } from "../../../src/client/status/compose-status.js";
import type { RunSnapshot } from "../../../src/client/status/run-files.js";
import { StepSpending } from "../../../src/storage/log/step-spending.js";
import type {
  ExperimentSettings,
  GroupPlan,
  GroupProgress,
  Manifest,
} from "../../../src/domain/experiment/experiment.js";
import type { ExperimentResult } from "../../../workflows/messages.js";

const settings: ExperimentSettings = {
  name: "pilot",
  dataFolder: "/data",
  envFile: "/.env",
  requestsPerMinute: 60,
  maxAttempts: 5,
  timeoutMs: 1_000,
  onBlocked: "wait",
  skipInvalid: false,
  preview: true,
  outputAsCsv: false,
  priority: 3,
};

function plan(slug: string, records: number): GroupPlan {
  return {
    name: slug,
    slug,
    records,
    requestsPerMinute: 60,
    limitKey: `group/${slug}`,
    limitId: `limit/group/${slug}`,
  };
}

const groups = [plan("a", 10), plan("b", 5)];

const manifest: Manifest = {
  version: 2,
  settings,
  stamp: "21-11-2026-10-43-19",
  runId: "run",
  createdAt: 1_000,
  inputPath: "/data/output/pilot/input.jsonl",
  inputSha256: "",
  groups,
  targets: ["test/m"],
  records: 15,
  invalid: 1,
};

function filesWith(a: number, b: number): RunSnapshot {
  return {
    directory: "/data/output/pilot/.stamp",
    manifest,
    refusals: [],
    repeatedCalls: 0,
    heldCalls: 0,
    tallies: { calls: new Map(), recent: new Map(), errors: [], steps: new StepSpending() },
    counts: new Map([
      ["a", { completed: a, failed: 0 }],
      ["b", { completed: b, failed: 0 }],
    ]),
  };
}

function progressOf(slug: string, changes: Partial<GroupProgress>): GroupProgress {
  return {
    name: slug,
    state: "sending",
    records: 10,
    completed: 0,
    failed: 0,
    requestsPerMinute: 60,
    open: 0,
    blocked: [],
    left: [],
    ...changes,
  };
}

function answerWith(
  state: ExperimentAnswer["description"]["state"],
  ...progress: GroupProgress[]
): ExperimentAnswer {
  return {
    description: { state, cancelled: false, groups: [] },
    progress: new Map(progress.map((one) => [one.name, one])),
    calls: new Map(),
    slowdowns: [],
    paces: new Map(),
    targets: new Map(),
  };
}

const open = { workflowId: "experiment/pilot", runId: "run", open: true, startedAt: 5 } as const;
const base: StatusFacts = { name: "pilot", dataFolder: "/data", problems: [] };
const result: ExperimentResult = {
  status: "finished",
  records: 15,
  completed: 14,
  failed: 2,
  repeatedCalls: 1,
  completedFile: "/data/output/pilot/completed.jsonl",
};

test("a status has what slows an experiment down while it runs, and the calls that it held", () => {
  const slowdown: Slowdown = {
    kind: "throttled",
    target: "test/m",
    requestsPerMinute: 60,
    sinceMs: 1,
  };
  const answer = { ...answerWith("running"), slowdowns: [slowdown] };
  const files = { ...filesWith(1, 0), heldCalls: 7 };
  const running = composeStatus({ ...base, workflow: open, answer, files });
  expect(running).toMatchObject({ slowdowns: [slowdown], heldCalls: 7 });
  const ended = composeStatus({ ...base, workflow: { ...open, open: false, result }, answer });
  expect(ended.slowdowns).toEqual([]);
});

describe("the state of a status", () => {
  const paused = answerWith("paused");
  const blockedA = progressOf("a", { state: "blocked" });
  const rows: readonly [string, Partial<StatusFacts>, string][] = [
    ["is starting before the run is prepared", { workflow: open }, "starting"],
    [
      "is starting while a worker prepares",
      { workflow: open, answer: answerWith("preparing") },
      "starting",
    ],
    ["is running with files and no worker", { workflow: open, files: filesWith(1, 0) }, "running"],
    [
      "is paused where a worker says so",
      { workflow: open, files: filesWith(1, 0), answer: paused },
      "paused",
    ],
    [
      "is blocked once all groups that aren't finished are",
      { workflow: open, files: filesWith(1, 5), answer: answerWith("running", blockedA) },
      "blocked",
    ],
    [
      "is running while one group still sends",
      {
        workflow: open,
        files: filesWith(1, 1),
        answer: answerWith("running", blockedA, progressOf("b", { state: "sending" })),
      },
      "running",
    ],
    [
      "is finishing before the workflow has closed",
      { workflow: open, answer: answerWith("finished") },
      "finishing",
    ],
    [
      "is that of the result once it has closed",
      { workflow: { ...open, open: false, result } },
      "finished",
    ],
    [
      "is cancelled where the result says so",
      { workflow: { ...open, open: false, result: { ...result, status: "cancelled" } } },
      "cancelled",
    ],
    [
      "is failed without a result",
      { workflow: { ...open, open: false, error: "terminated" } },
      "failed",
    ],
    [
      "is unknown for an unfinished run that the server has forgotten",
      { files: filesWith(1, 0) },
      "unknown",
    ],
  ];
  it.each(rows)("%s", (_, facts, state) => {
    expect(composeStatus({ ...base, ...facts }).state).toBe(state);
  });
});

describe("the counts of a status", () => {
  it("come from the files, whatever the workers say, and count invalid lines as failed", () => {
    const answer = answerWith("running", progressOf("a", { completed: 2, open: 1 }));
    const status = composeStatus({ ...base, workflow: open, files: filesWith(7, 5), answer });
    expect(status).toMatchObject({ records: 16, completed: 12, failed: 1, inFlight: 1 });
    expect(status.groups).toMatchObject([
      { name: "a", state: "sending", completed: 7, open: 1 },
      { name: "b", state: "finished", completed: 5, open: 0 },
    ]);
  });

  it("show the calls in flight by the limit while records are left to send, else all that is left", () => {
    const inFlight = (completed: number): number => {
      const known = answerWith("running", progressOf("a", { open: 4 }));
      const answer = { ...known, calls: new Map([["a", 2]]) };
      const files = filesWith(completed, 5);
      return composeStatus({ ...base, workflow: open, files, answer }).inFlight;
    };
    expect(inFlight(3)).toBe(2);
    expect(inFlight(6)).toBe(4);
    expect(inFlight(9)).toBe(1);
  });

  it("show no record in flight whose slot is still to come", () => {
    const inFlight = (completed: number): number => {
      const known = answerWith("running", progressOf("a", { open: 4 }));
      const paces = new Map([["a", { perMinute: 60, toCome: 3 }]]);
      const answer = { ...known, calls: new Map([["a", 2]]), paces };
      const files = filesWith(completed, 5);
      return composeStatus({ ...base, workflow: open, files, answer }).inFlight;
    };
    expect(inFlight(6)).toBe(1);
    // The slots of a record that has ended meanwhile do not count twice.
    expect(inFlight(8)).toBe(0);
  });

  it("never show more in flight than is left", () => {
    const answer = {
      ...answerWith("running", progressOf("a", { open: 1 })),
      calls: new Map([["a", 9]]),
    };
    const status = composeStatus({ ...base, workflow: open, files: filesWith(7, 5), answer });
    expect(status.inFlight).toBe(3);
  });

  it("are the result's once there is one", () => {
    const workflow = { ...open, open: false, closedAt: 9, result };
    expect(composeStatus({ ...base, workflow, files: filesWith(3, 1) })).toMatchObject({
      records: 16,
      completed: 14,
      failed: 2,
      repeatedCalls: 1,
      finishedAt: 9,
      completedFile: result.completedFile,
    });
  });
});

test("the stage of a failed aggregation has failed, although its code has ended", () => {
  const aggregationErrors = [{ node: "mean", message: "division by zero" }];
  const ended = { state: "finished", records: 1, completed: 1, failed: 0 } as const;
  const stages = [
    { ...ended, kind: "main", name: "pilot" },
    { ...ended, kind: "aggregation", name: "pilot" },
  ] as const;
  const workflow = { ...open, open: false, result };
  const files = { ...filesWith(9, 5), aggregationErrors };
  expect(composeStatus({ ...base, workflow, files, stages })).toMatchObject({
    aggregationErrors,
    stages: [
      { completed: 1, failed: 0 },
      { completed: 0, failed: 1 },
    ],
  });
});

describe("what keeps an experiment from going on", () => {
  const refusals = [{ target: "openai/gpt", reason: "wrong key" }];

  it("is named by the files where no worker answers", () => {
    const files = { ...filesWith(1, 0), refusals };
    const status = composeStatus({ ...base, workflow: open, files });
    expect(status.blocked).toEqual(refusals);
    expect(status.workerAnswers).toBe(false);
    expect(status.problems).toEqual([expect.stringContaining("No worker answers")]);
  });

  it("blocks the experiment if nothing else is left, also where no worker answers", () => {
    const files = { ...filesWith(9, 5), refusals };
    const stateWith = (onlyRefusedLeft: boolean): string =>
      composeStatus({ ...base, workflow: open, files: { ...files, onlyRefusedLeft } }).state;
    expect([stateWith(true), stateWith(false)]).toEqual(["blocked", "running"]);
  });

  it("is no problem while the first answer is awaited", () => {
    expect(composeStatus({ ...base, workflow: open, answerAwaited: true }).problems).toEqual([]);
  });

  it("is named once where several groups meet it", () => {
    const blocked = [{ target: "openai/gpt", reason: "no quota" }];
    const answer = answerWith(
      "running",
      progressOf("a", { blocked }),
      progressOf("b", { blocked }),
    );
    const status = composeStatus({ ...base, workflow: open, files: filesWith(1, 0), answer });
    expect(status.blocked).toEqual([{ target: "openai/gpt", reason: "no quota" }]);
  });

  it("is nothing where blocked records fail, as nobody is waited for", () => {
    const { manifest, ...files } = filesWith(1, 0);
    const settings = { ...manifest.settings, onBlocked: "fail" as const };
    const status = composeStatus({
      ...base,
      workflow: open,
      files: { ...files, refusals, manifest: { ...manifest, settings } },
    });
    expect(status.blocked).toEqual([]);
  });

  it("is over with the experiment", () => {
    const files = { ...filesWith(1, 0), refusals };
    const status = composeStatus({ ...base, workflow: { ...open, open: false, result }, files });
    expect(status.blocked).toEqual([]);
  });
});
