import { expect, test } from "vitest";
import { LineCode } from "../../../src/flow/line/line-code.js";
import type { CodeRun } from "../../../src/flow/line/line-code.js";
import type { GraphFlow } from "../../../src/domain/flow/flow.js";
import type { ExecutorPool, LineTask } from "../../../src/executors/lines/executor.js";

const node = (name: string) =>
  ({ name, kind: "code", inputs: {}, code: { language: "python", file: "n.py", name } }) as const;
const flow: GraphFlow = {
  kind: "graph",
  name: "two",
  inputs: {},
  nodes: [node("first"), node("second")],
  outputs: {},
};

/** Runs two nodes whose code records a value under the same key, and gives their tasks. */
async function run(
  known: CodeRun["known"],
  turnOf?: CodeRun["turnOf"],
): Promise<{ readonly tasks: readonly LineTask[]; readonly recorded: readonly unknown[] }> {
  const tasks: LineTask[] = [];
  const recorded: unknown[] = [];
  const pool: Pick<ExecutorPool, "run"> = {
    run: async (task, requests) => {
      tasks.push(task);
      await requests.record("fetch/0", task.name ?? "");
      return task.name ?? null;
    },
  };
  await new LineCode({
    number: 7,
    known,
    limitMs: 1_000,
    signal: new AbortController().signal,
    // No test here asks a model.
    calls: { make: never, ask: never },
    journal: {
      record: async (...values) => {
        await Promise.resolve();
        recorded.push(values);
      },
    },
    // Only `run` is called.
    executor: pool as ExecutorPool,
    ...(turnOf && { turnOf }),
  }).run(flow, {});
  return { tasks, recorded };
}

async function never(): Promise<never> {
  return Promise.reject(new Error("no call was expected"));
}

test("each node of a line has a journal of its own: equal keys never meet", async () => {
  const first = await run(new Map());
  expect(first.recorded).toEqual([
    ["first", "fetch/0", "first"],
    ["second", "fetch/0", "second"],
  ]);
  const known = new Map([
    ["first", { "fetch/0": "first" }],
    ["second", { "fetch/0": "second" }],
  ]);
  const { tasks } = await run(known);
  expect(tasks.map(({ id, part, journal }) => [id, part, journal["fetch/0"]])).toEqual([
    ["7/first", "first", "first"],
    ["7/second", "second", "second"],
  ]);
});

test("each turn of a chat group has a journal of its own", async () => {
  const { tasks, recorded } = await run(new Map(), { turn: 2, role: "host" });
  expect(recorded).toEqual([
    ["2/first", "fetch/0", "first"],
    ["2/second", "fetch/0", "second"],
  ]);
  expect(tasks.map(({ id, part }) => [id, part])).toEqual([
    ["7/2/first", "2/first"],
    ["7/2/second", "2/second"],
  ]);
});
