import { bench } from "./lib/bench.js";
import type { BenchContext } from "./lib/bench.js";
import type { Call } from "./lib/call-log.js";
import { runCliWell } from "./lib/cli-process.js";
import { waitForCompleted } from "./lib/completed-file.js";
import { beside, exactly, within } from "./lib/figures.js";
import { writeInput } from "./lib/input-file.js";
import { callsBetween, countRepeats, measurePace, percentile } from "./lib/measure.js";
import { busiestMinute } from "./lib/pace-figures.js";
import { now } from "./lib/wait-until.js";

const experiments = 60;
const records = 100;
const rate = 1_200;

await bench({
  name: "sixty-on-one-limit-1200",
  conditions:
    "60 experiments of 100 prompts for the same model, each at 1,200 a minute, calls of 500 ms, one worker. " +
    "Measured from 5 s after the last has started until half of them have sent all.",
  behaviour: { latencyMs: 500 },
  async measure(context) {
    const { setUp, stack, server, say } = context;
    await stack.startServerAndWorker();
    await startAll(context);
    const from = now() + 5_000;
    say("all have started");
    for (let index = 0; index < experiments; index += 1) {
      await waitForCompleted(setUp, nameOf(index), 600_000);
    }
    const calls = await server.calls();
    const to = halfEnd(calls);
    const steady = measurePace(callsBetween(calls, from, to));
    const whole = measurePace(calls);
    return [
      within({ what: "calls a minute, all together", measured: steady.perMinute }, rate, 12),
      beside({ what: "measured for", measured: (to - from) / 1_000, unit: "s" }),
      busiestMinute(whole.maxPerMinute, { rate, minute: "steady" }),
      beside({ what: "most calls in a second", measured: whole.maxPerSecond }),
      exactly({ what: "calls", measured: whole.calls }, experiments * records),
      exactly({ what: "repeated calls", measured: countRepeats(calls) }, 0),
    ];
  },
});

function nameOf(index: number): string {
  return `experiment-${index}`;
}

async function startAll({ setUp }: BenchContext): Promise<void> {
  const starters = 3;
  const startEach = async (from: number): Promise<void> => {
    for (let index = from; index < experiments; index += starters) {
      const input = await writeInput(setUp, {
        name: nameOf(index),
        records,
        firstId: index * records,
      });
      await runCliWell(setUp, ["run", input, "-mq", rate.toString(), "--detach"]);
    }
  };
  await Promise.all(Array.from({ length: starters }, async (_, from) => startEach(from)));
}

/** Returns the time at which half of the experiments had sent all their records. */
function halfEnd(calls: readonly Call[]): number {
  const lastOf = new Map<number, number>();
  for (const { id, arrivedAt } of calls) lastOf.set(Math.floor(id / records), arrivedAt);
  return percentile([...lastOf.values()], 0.5);
}
