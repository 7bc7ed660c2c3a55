import { onTestFinished } from "vitest";
import { rightKey } from "../../bench/lib/bench.js";
import type { Behaviour } from "../../bench/lib/counting-server.js";
import { createSetUp, removeSetUp } from "../../bench/lib/set-up.js";
import type { SetUp } from "../../bench/lib/set-up.js";
import { createStack } from "../../bench/lib/stack.js";
import type { Stack } from "../../bench/lib/stack.js";
import { startCountingServer } from "../../bench/lib/start-counting-server.js";
import type { CountingServer } from "../../bench/lib/start-counting-server.js";
import { waitUntil } from "../../bench/lib/wait-until.js";

export interface CrashScenario {
  readonly setUp: SetUp;
  readonly stack: Stack;
  readonly server: CountingServer;
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
  const stack = createStack(setUp);
  onTestFinished(async () => {
    await stack.endAll();
    await server.close();
    await removeSetUp(setUp);
  });
  return { setUp, stack, server };
}

/** Waits until the API has received `count` calls. */
export async function callsReach(server: CountingServer, count: number): Promise<void> {
  await waitUntil(async () => (await server.stats()).calls >= count, {
    what: `${count} calls`,
    timeoutMs: 45_000,
    everyMs: 20,
  });
}
