import { setTimeout as sleep } from "node:timers/promises";
import { bench } from "./lib/bench.js";
import type { BenchContext } from "./lib/bench.js";
import { describeResult, resultOf } from "./lib/cli-process.js";
import { readCompleted, waitForCompleted } from "./lib/completed-file.js";
import { crash, victims } from "./lib/crash.js";
import type { Crash, Victim } from "./lib/crash.js";
import { atMost, beside, exactly } from "./lib/figures.js";
import type { Figure } from "./lib/figures.js";
import { writeInput } from "./lib/input-file.js";
import { countRepeats, inFlightAt, measurePace, paceReturnedAfter } from "./lib/measure.js";
import { busiestMinute, returnOfPace } from "./lib/pace-figures.js";
import { soundFigures } from "./lib/sound-figures.js";
import { now, waitUntil } from "./lib/wait-until.js";

const records = 2_000;
const rate = 600;
const kills = 20;
const name = "killed";

interface Kill extends Crash {
  readonly paceAfterMs: number;
}

await bench({
  name: "kill-20",
  conditions:
    "2,000 prompts at 600 a minute, calls of 500 ms; 20 times `kill -9` of the worker, the CLI, the server and all of " +
    "them in turn, each 0.2 to 4 s (by chance) after the pace was back from the one before. Full pace: 90 % of the rate " +
    "over 2 s; counted from the start of what comes back.",
  behaviour: { latencyMs: 500 },
  async measure(context) {
    const { setUp, server, stack } = context;
    const input = await writeInput(setUp, { name, records });
    const first = stack.start("run", input, "-mq", rate.toString());
    await waitUntil(async () => (await server.stats()).calls >= 10, {
      what: "the first calls",
      timeoutMs: 300_000,
    });
    const done: Kill[] = [];
    let command = first;
    for (let turn = 0; turn < kills && command.isRunning(); turn += 1) {
      await sleep(200 + Math.random() * 3_800);
      const victim = victims[turn % victims.length] ?? "all";
      const kill = await killAndMeasure(context, { stack, name, command }, victim);
      done.push(kill);
      command = kill.command;
    }
    const result = await resultOf(command);
    context.say(`the last command: exit ${String(result.code)}`);
    if (result.code !== 0) context.say(describeResult(result));
    const calls = await server.calls();
    const file = await readCompleted(await waitForCompleted(setUp, name, 60_000), { records });
    const inFlight = done.reduce((sum, { killedAt }) => sum + inFlightAt(calls, killedAt), 0);
    return [
      exactly({ what: "kills during the run", measured: done.length }, kills),
      ...soundFigures(file, records),
      atMost(
        { what: "repeated calls (calls in flight at the kills)", measured: countRepeats(calls) },
        inFlight,
      ),
      ...victims.map((victim) => slowestReturn(done, victim)),
      busiestMinute(measurePace(calls).maxPerMinute, { rate, minute: "disturbed" }),
      beside({ what: "most calls in a second", measured: measurePace(calls).maxPerSecond }),
    ];
  },
});

async function killAndMeasure(
  { server, say }: BenchContext,
  running: Parameters<typeof crash>[0],
  victim: Victim,
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
