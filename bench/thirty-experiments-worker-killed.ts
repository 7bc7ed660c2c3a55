import { setTimeout as sleep } from "node:timers/promises";
import { bench } from "./lib/bench.js";
import type { BenchContext } from "./lib/bench.js";
import type { Call } from "./lib/call-log.js";
import { runCliWell } from "./lib/cli-process.js";
import { readCompleted, waitForCompleted } from "./lib/completed-file.js";
import { atLeast, atMost, beside, exactly } from "./lib/figures.js";
import type { Figure } from "./lib/figures.js";
import { writeInput } from "./lib/input-file.js";
import {
  callsBetween,
  countRepeats,
  inFlightAt,
  measurePace,
  paceReturnedAfter,
} from "./lib/measure.js";
import { busiestMinute, returnOfPace } from "./lib/pace-figures.js";
import { now } from "./lib/wait-until.js";

const experiments = 30;
const records = 480;
const rate = 100;

await bench({
  name: "thirty-experiments-worker-killed",
  conditions:
    "30 experiments of 480 prompts, each for a model of its own at 100 a minute, calls of 500 ms; 150 s after all have " +
    "started the worker is killed, and started again 3 s later. Counted from the spawn of `ostinato worker`.",
  behaviour: { latencyMs: 500 },
  async measure(context) {
    const { setUp, stack, server, say } = context;
    await stack.startServerAndWorker();
    for (let index = 0; index < experiments; index += 1) await start(context, index);
    const allAt = now();
    say("all have started");
    await sleep(150_000);
    const killedAt = now();
    stack.killWorkersForGood();
    await sleep(3_000);
    const sinceMs = now();
    await stack.startWorker();
    say("worker started again");
    let completed = 0;
    for (let index = 0; index < experiments; index += 1) {
      const path = await waitForCompleted(setUp, nameOf(index), 600_000);
      completed += (await readCompleted(path, { records, firstId: index * records })).completed;
    }
    const calls = await server.calls();
    const steady = measurePace(callsBetween(calls, allAt + 5_000, killedAt));
    const pace = paceReturnedAfter(calls, { sinceMs, requestsPerMinute: rate * experiments });
    const repeats = countRepeats(calls);
    return [
      returnOfPace(pace),
      beside({
        what: "use of the limits before the kill",
        measured: (steady.perMinute / (rate * experiments)) * 100,
        unit: "%",
      }),
      atLeast({ what: "completed records", measured: completed }, experiments * records),
      exactly({ what: "records lost", measured: experiments * records - completed }, 0),
      atMost(
        { what: "repeated calls (calls in flight at the kill)", measured: repeats },
        inFlightAt(calls, killedAt),
      ),
      busiestOfOne(calls),
    ];
  },
});

function nameOf(index: number): string {
  return `experiment-${index}`;
}

async function start({ setUp }: BenchContext, index: number): Promise<void> {
  const input = await writeInput(setUp, {
    name: nameOf(index),
    records,
    firstId: index * records,
    model: `counting-${index}`,
  });
  await runCliWell(setUp, ["run", input, "-mq", rate.toString(), "--detach"]);
}

function busiestOfOne(calls: readonly Call[]): Figure {
  const most = Array.from({ length: experiments }, (_, index) => {
    return measurePace(calls.filter(({ id }) => Math.floor(id / records) === index)).maxPerMinute;
  });
  const what = "most calls of one experiment in a minute";
  return busiestMinute(Math.max(...most), { rate, minute: "disturbed", what });
}
