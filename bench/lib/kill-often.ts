import { setTimeout as sleep } from "node:timers/promises";
import type { BenchContext } from "./bench.js";
import type { CliProcess } from "./cli-process.js";
import { describeResult, resultOf } from "./cli-process.js";
import { crash, victims } from "./crash.js";
import type { Crash, Running, Victim } from "./crash.js";
import { atMost, exactly } from "./figures.js";
import type { Figure } from "./figures.js";
import { countRepeats, inFlightAt, paceReturnedAfter } from "./measure.js";
import { returnOfPace } from "./pace-figures.js";
import { now, waitUntil } from "./wait-until.js";

export interface Killed {
  /** Name of the experiment. */
  readonly name: string;
  /** Command that started the experiment. */
  readonly first: CliProcess;
  /** Calls per minute of all limits together. */
  readonly rate: number;
  readonly kills: number;
}

interface Kill extends Crash {
  readonly paceAfterMs: number;
}

/**
 * Kills the worker, the CLI, the server and all of them in turn until the experiment ends. The time
 * between the return of the pace and the next kill is random, from 0.2 to 4 s. The figures are the
 * kills, the repeated calls, and the times until the pace returned.
 */
export async function killOften(
  context: BenchContext,
  { name, first, rate, kills }: Killed,
): Promise<readonly Figure[]> {
  const { server, stack, say } = context;
  await waitUntil(async () => (await server.stats()).calls >= 10, {
    what: "the first calls",
    timeoutMs: 300_000,
  });
  const done: Kill[] = [];
  let command = first;
  for (let turn = 0; turn < kills && command.isRunning(); turn += 1) {
    await sleep(200 + Math.random() * 3_800);
    const victim = victims[turn % victims.length] ?? "all";
    const kill = await killAndMeasure(context, { stack, name, command }, { victim, rate });
    done.push(kill);
    command = kill.command;
  }
  const result = await resultOf(command);
  say(`the last command: exit ${String(result.code)}`);
  if (result.code !== 0) say(describeResult(result));
  const calls = await server.calls();
  const inFlight = done.reduce((sum, { killedAt }) => sum + inFlightAt(calls, killedAt), 0);
  return [
    exactly({ what: "kills during the run", measured: done.length }, kills),
    atMost(
      { what: "repeated calls (calls in flight at the kills)", measured: countRepeats(calls) },
      inFlight,
    ),
    ...victims.map((victim) => slowestReturn(done, victim)),
  ];
}

async function killAndMeasure(
  { server, say }: BenchContext,
  running: Running,
  { victim, rate }: { readonly victim: Victim; readonly rate: number },
): Promise<Kill> {
  const done = await crash(running, victim);
  const sinceMs = done.returnedAt;
  const paceAfterMs = await waitUntil(
    async () => {
      const after = paceReturnedAfter(await server.calls(), { sinceMs, requestsPerMinute: rate });
      if (after !== undefined || now() - sinceMs < 60_000) return after;
      return Number.POSITIVE_INFINITY;
    },
    { what: "full pace", timeoutMs: 90_000, everyMs: 200 },
  );
  say(
    `${victim} killed: back ${((sinceMs - done.killedAt) / 1_000).toFixed(1)} s later, ` +
      `full pace ${(paceAfterMs / 1_000).toFixed(1)} s after that`,
  );
  return { ...done, paceAfterMs };
}

function slowestReturn(done: readonly Kill[], victim: Victim): Figure {
  const times = done.filter((kill) => kill.victim === victim).map((kill) => kill.paceAfterMs);
  return returnOfPace(Math.max(0, ...times), `full pace after the return, ${victim}, slowest`);
}
