import { expect, test } from "vitest";
import type { ThreadCall } from "../../../src/executors/calls/call-messages.js";
import { CallPool } from "../../../src/executors/calls/call-pool.js";
import type { CallRunner, RunnerEvents } from "../../../src/executors/calls/call-runner.js";

type Events = RunnerEvents<string, string>;

/** A runner that performs nothing by itself. A test ends its calls, or loses it. */
class StandingRunner implements CallRunner<string> {
  readonly inFlight = new Map<number, ThreadCall<string>>();
  given = 0;
  readonly isLoaded = true;
  readonly room = 8;

  readonly events: Events;

  constructor(events: Events) {
    this.events = events;
  }

  send(calls: readonly ThreadCall<string>[]): void {
    this.given += calls.length;
    for (const call of calls) this.inFlight.set(call.id, call);
  }

  abandon(id: number): void {
    this.inFlight.delete(id);
  }

  async end(): Promise<void> {
    this.inFlight.clear();
  }

  get tasks(): readonly string[] {
    return [...this.inFlight.values()].map(({ task }) => task);
  }
}

test("a call is repeated if its runner was lost by an abandoned call", async () => {
  const runners: StandingRunner[] = [];
  const start = (events: Events): StandingRunner => {
    const runner = new StandingRunner(events);
    runners.push(runner);
    return runner;
  };
  const pool = new CallPool<string, string, string>({ start, most: 1 });
  const abandoned = new AbortController();
  const stuck = pool.run("stuck", 1_000, abandoned.signal).catch(() => "abandoned");
  const other = pool.run("other", 1_000);
  await expect.poll(() => runners[0]?.tasks).toEqual(["stuck", "other"]);
  const [first] = runners;
  const [stuckId] = first?.inFlight.keys() ?? [];

  abandoned.abort(new Error("The line took too long."));
  first?.events.onLost({
    error: { name: "LineExecutionTimeout", message: "Its code took longer than 1 s." },
    current: stuckId,
    isMemory: false,
  });

  await expect.poll(() => runners[1]?.tasks).toEqual(["other"]);
  const [id = -1] = runners[1]?.inFlight.keys() ?? [];
  runners[1]?.events.onEnd({ id, value: "done" });
  expect(await stuck).toBe("abandoned");
  expect(await other).toBe("done");
});
