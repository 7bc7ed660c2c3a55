import { setTimeout as sleep } from "node:timers/promises";
import type { Environment } from "../../domain/environment.js";
import { isAlive, sendSignal } from "./process-identity.js";
import { tellEnding } from "./tell-ending.js";
import { endingWorkers, liveWorkers } from "./worker-files.js";
import type { WorkerFile } from "./worker-files.js";

export interface EndWorkersOptions {
  /** Called with messages about the wait. */
  readonly onNotice?: (text: string) => void;
  /** Stops the workers at once. Their calls in flight are lost. */
  readonly cutShort?: AbortSignal;
}

const pollMs = 50;
/** Time in ms after which a worker is stuck if it has neither announced its end nor ended. */
const stuckMs = 40_000;
/** Time in ms from the request to stop at once until SIGKILL. */
const killAfterMs = 1_000;

/**
 * Stops the background workers of this set-up and returns their number. Waits for their calls in
 * flight, including those of workers that are already stopping.
 */
export async function endBackgroundWorkers(
  env: Environment,
  options: EndWorkersOptions = {},
): Promise<number> {
  const { onNotice = () => undefined, cutShort } = options;
  const told = liveWorkers(env).filter(isOfBackground);
  const ending = endingWorkers(env);
  for (const worker of told) sendSignal(worker, "SIGTERM");
  const stopTelling = tellEnding(env, {
    tell: onNotice,
    hint: "Press Ctrl-C to stop now. These calls will be made and paid for again.",
  });
  try {
    await untilGone(env, [...told, ...ending], cutShort);
  } finally {
    stopTelling();
  }
  return told.length + ending.filter(isOfBackground).length;
}

/**
 * Tells workers to stop, and returns when they accept no more work. Calls in flight may continue.
 */
export async function retireWorkers(
  env: Environment,
  workers: readonly WorkerFile[],
): Promise<void> {
  for (const worker of workers) sendSignal(worker, "SIGTERM");
  const stuckAtMs = Date.now() + stuckMs;
  const isLeft = (): boolean =>
    liveWorkers(env).some(({ pid }) => workers.some((worker) => worker.pid === pid));
  while (isLeft()) {
    await sleep(pollMs);
    if (Date.now() < stuckAtMs) continue;
    for (const worker of workers) sendSignal(worker, "SIGKILL");
  }
}

async function untilGone(
  env: Environment,
  workers: readonly WorkerFile[],
  cutShort: AbortSignal | undefined,
): Promise<void> {
  const stuckAtMs = Date.now() + stuckMs;
  let cutAtMs: number | undefined;
  for (;;) {
    const left = workers.filter(isAlive);
    if (left.length === 0) return;
    if (cutShort?.aborted === true && cutAtMs === undefined) {
      cutAtMs = Date.now();
      for (const worker of left) sendSignal(worker, "SIGTERM");
    }
    const killAtMs = (cutAtMs ?? Infinity) + killAfterMs;
    for (const worker of left) {
      const isOver = Date.now() >= Math.min(killAtMs, endsByMs(env, worker) ?? stuckAtMs);
      if (isOver) sendSignal(worker, "SIGKILL");
    }
    await sleep(pollMs);
  }
}

/**
 * Returns the time after which a stopping worker is stuck; `undefined` if it has not announced its
 * end.
 */
function endsByMs(env: Environment, { pid }: WorkerFile): number | undefined {
  const worker = endingWorkers(env).find((one) => one.pid === pid);
  return worker && worker.ending.endsByMs + stuckMs;
}

function isOfBackground({ role }: WorkerFile): boolean {
  return role === "background";
}
