import { setTimeout as sleep } from "node:timers/promises";
import type { CliProcess } from "./cli-process.js";
import {
  isListening,
  killServer,
  killWorkers,
  processStartedAt,
  serverPid,
  workerPids,
} from "./own-processes.js";
import type { Stack } from "./stack.js";
import { now, waitUntil } from "./wait-until.js";

/** Parts of a set-up that can be killed with `kill -9`. */
export const victims = ["worker", "CLI", "server", "all"] as const;
export type Victim = (typeof victims)[number];

export interface Crash {
  readonly victim: Victim;
  readonly killedAt: number;
  /** Time at which the killed part was restarted, in ms since the epoch. */
  readonly returnedAt: number;
  /** The command that now follows the experiment. */
  readonly command: CliProcess;
}

export interface Running {
  readonly stack: Stack;
  /** Name of the experiment. */
  readonly name: string;
  /** The command `ostinato run` or `follow`. Its child is the worker. */
  readonly command: CliProcess;
}

/**
 * Kills a part while `ostinato run` sends, and restarts everything that does not restart by itself.
 * A command restarts its worker and the local server. A killed command is replaced by `ostinato
 * follow`.
 */
export async function crash(running: Running, victim: Victim): Promise<Crash> {
  const { stack, command } = running;
  const workers = workerPids(stack.setUp);
  const server = serverPid(stack.setUp);
  const killedAt = now();
  if (victim === "CLI" || victim === "all") command.kill("SIGKILL");
  if (victim === "worker" || victim === "all") killWorkers(stack.setUp);
  if (victim === "server" || victim === "all") killServer(stack.setUp);
  switch (victim) {
    case "worker":
      return { victim, killedAt, returnedAt: await newWorkerStart(stack, workers), command };
    case "server":
      return { victim, killedAt, returnedAt: await newServerStart(stack, server), command };
    case "CLI":
    case "all": {
      await command.exited;
      await sleep(1_000);
      const next = stack.start("follow", running.name);
      return { victim, killedAt, returnedAt: next.startedAt, command: next };
    }
  }
}

async function newWorkerStart(stack: Stack, before: readonly number[]): Promise<number> {
  const ask = (): number | undefined =>
    workerPids(stack.setUp).find((worker) => !before.includes(worker));
  const pid = await waitUntil(ask, { what: "a new worker", timeoutMs: 30_000 });
  return processStartedAt(pid) ?? now();
}

async function newServerStart(stack: Stack, before: number | undefined): Promise<number> {
  const { setUp } = stack;
  const ask = async (): Promise<boolean> =>
    serverPid(setUp) !== before && (await isListening(setUp.port));
  await waitUntil(ask, { what: "a new server", timeoutMs: 30_000 });
  return processStartedAt(serverPid(setUp) ?? 0) ?? now();
}
