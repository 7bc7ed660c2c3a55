import { onTestFinished } from "vitest";
import { rightKey } from "../../bench/lib/bench.js";
import type { Behaviour } from "../../bench/lib/counting-server.js";
import { createSetUp, removeSetUp } from "../../bench/lib/set-up.js";
import type { SetUp } from "../../bench/lib/set-up.js";
import { createStack } from "../../bench/lib/stack.js";
import type { RunCommand, Stack } from "../../bench/lib/stack.js";
import { startCountingServer } from "../../bench/lib/start-counting-server.js";
import type { CountingServer } from "../../bench/lib/start-counting-server.js";
import { inFlightAt } from "../../bench/lib/measure.js";
import { waitUntil } from "../../bench/lib/wait-until.js";
import { runInHost } from "../../bench/lib/command-host.js";

export interface CrashScenario {
  readonly setUp: SetUp;
  readonly stack: Stack;
  readonly server: CountingServer;
  /** Runs `ostinato …` to its end, in the process that all commands of the tests share. */
  readonly ostinato: RunCommand;
}

export interface CrashScenarioOptions extends Behaviour {
  /** Key in the environment file. @default the right key */
  readonly clientKey?: string;
}

/** A separate set-up with a counting API, which ends with the test. */
export async function crashScenario(options: CrashScenarioOptions): Promise<CrashScenario> {
  const { clientKey = rightKey, ...behaviour } = options;
  const server = await startCountingServer({ key: rightKey, ...behaviour });
  const setUp = await createSetUp({ baseUrl: server.baseUrl, key: clientKey });
  const ostinato: RunCommand = async (...given) => runInHost(setUp, given);
  const stack = createStack(setUp, ostinato);
  onTestFinished(async () => {
    await stack.endAll();
    await server.close();
    await removeSetUp(setUp);
  });
  return { setUp, stack, server, ostinato };
}

/**
 * Returns how many calls the kills at these times may repeat: those that were cut off, and those
 * whose answers were not on disk yet. A busy machine takes up to a second for that.
 */
export function mayRepeat(
  calls: Awaited<ReturnType<CountingServer["calls"]>>,
  ...killedAt: readonly number[]
): number {
  return calls.filter(
    (call) => call.status === -1 || killedAt.some((at) => inFlightAt([call], at, 1_000) > 0),
  ).length;
}

/** Waits until the API has received `count` calls. */
export async function callsReach(server: CountingServer, count: number): Promise<void> {
  await waitUntil(async () => (await server.stats()).calls >= count, {
    what: `${count} calls`,
    // A server, a worker and Python have to start, on a machine that may run other tests.
    timeoutMs: 120_000,
    everyMs: 20,
  });
}
