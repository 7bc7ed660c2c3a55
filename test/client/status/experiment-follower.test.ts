import { expect, onTestFinished, test } from "vitest";
import type { Ostinato } from "../../../src/client/connection/ostinato.js";
import { ExperimentFollower } from "../../../src/client/status/experiment-follower.js";
import { toFound } from "../../../src/client/status/find-experiment.js";
import type { ExperimentResult } from "../../../workflows/messages.js";
import { preparedRun, records } from "../../storage/run/prepared-run.js";

type Described = Parameters<typeof toFound>[0];

/** Answers that a test gives when it likes. */
class Answers<T> {
  readonly #waiting: ((answer: T) => void)[] = [];

  next(): Promise<T> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  asked(): number {
    return this.#waiting.length;
  }

  /** Answers the request with this number, from 0. */
  async give(request: number, answer: T): Promise<void> {
    await expect.poll(() => this.asked()).toBeGreaterThan(request);
    this.#waiting[request]?.(answer);
  }
}

const result: ExperimentResult = {
  status: "finished",
  records: 3,
  completed: 3,
  failed: 0,
  repeatedCalls: 0,
  completedFile: "/data/output/pilot/completed.jsonl",
};

interface Scene {
  readonly follower: ExperimentFollower;
  readonly descriptions: Answers<Described>;
  readonly ends: Answers<ExperimentResult>;
  /** The experiment while its judge stage waits, or runs, or after its end. */
  readonly described: (judge: string | undefined, isOpen: boolean) => Described;
}

function followed(main: string, judgeAtStart?: string): Scene {
  const descriptions = new Answers<Described>();
  const ends = new Answers<ExperimentResult>();
  const described = (judge: string | undefined, isOpen: boolean): Described => ({
    workflowId: "experiment/pilot",
    runId: "run",
    // A follower reads its name alone.
    status: { name: isOpen ? "RUNNING" : "COMPLETED" } as Described["status"],
    startTime: new Date(0),
    taskQueue: "queue",
    memo: {
      directory: main,
      stages: [
        { kind: "main", name: "pilot", directory: main },
        { kind: "judge", name: "judge-pilot", ...(judge !== undefined && { directory: judge }) },
      ],
    },
  });
  const handle = { describe: () => descriptions.next(), query: () => new Promise(() => undefined) };
  const client = {
    workflow: { getHandle: () => handle, result: () => ends.next() },
    withAbortSignal: (_signal: AbortSignal, work: () => unknown) => work(),
    withDeadline: (_deadline: number, work: () => unknown) => work(),
  };
  const given = { client, namespace: "default", address: "127.0.0.1:1", local: false, env: {} };
  // This connection has only the parts that a follower uses. A test cannot choose the order in
  // which a real server answers.
  const ostinato = given as unknown as Ostinato;
  const found = { ...toFound(described(judgeAtStart, true)), name: "pilot" };
  const follower = new ExperimentFollower(ostinato, found, { keepWorker: false });
  onTestFinished(async () => follower.close());
  return { follower, descriptions, ends, described };
}

test("an older answer of the server that comes after the end does not hide a stage", async () => {
  const { directory: main } = await preparedRun(records(3));
  const { directory: judge } = await preparedRun(records(2));
  const { follower, descriptions, ends, described } = followed(main);
  await ends.give(0, result);
  // The first description was asked for before the end, when the judge stage was not prepared.
  await descriptions.give(1, described(judge, false));
  await descriptions.give(0, described(undefined, true));
  await new Promise((resolve) => setImmediate(resolve));
  const { stages } = await follower.look();
  expect(stages?.[1]).toMatchObject({ kind: "judge", records: 2 });
});

test("a look during which the experiment ends shows the files of its result", async () => {
  const { directory: main } = await preparedRun(records(3));
  const { directory: judge } = await preparedRun(records(2));
  const { follower, descriptions, ends, described } = followed(main, judge);
  await ends.give(0, result);
  await expect.poll(() => descriptions.asked()).toBe(2);
  const looking = follower.look();
  await descriptions.give(1, described(judge, false));
  expect((await looking).groups).toMatchObject([{ records: 3 }]);
});
