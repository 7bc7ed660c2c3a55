import { pathToFileURL } from "node:url";
import { join } from "node:path";
import { bench } from "./lib/bench.js";
import type { BenchContext } from "./lib/bench.js";
import { runCliWell } from "./lib/cli-process.js";
import { atLeast, atMost, exactly } from "./lib/figures.js";
import type { Figure } from "./lib/figures.js";
import { writeInput } from "./lib/input-file.js";
import { callsBetween, measurePace } from "./lib/measure.js";
import { busiestMinute } from "./lib/pace-figures.js";
import { repository } from "./lib/repository.js";
import { now } from "./lib/wait-until.js";

const records = 300;
const rate = 600;

await bench({
  name: "clock-3s-off",
  conditions:
    "300 prompts at 600 a minute, calls of 500 ms; the worker's clock is 3 s fast, then 3 s slow, the server's is right.",
  behaviour: { latencyMs: 500 },
  async measure(context) {
    await context.stack.startServer();
    const fast = await measureShifted(context, { name: "fast", shiftMs: 3_000, firstId: 0 });
    const slow = await measureShifted(context, { name: "slow", shiftMs: -3_000, firstId: records });
    return [...fast, ...slow];
  },
});

interface Shifted {
  readonly name: string;
  readonly shiftMs: number;
  readonly firstId: number;
}

async function measureShifted(context: BenchContext, shifted: Shifted): Promise<readonly Figure[]> {
  const { setUp, stack, server, say } = context;
  const { name, shiftMs, firstId } = shifted;
  const preload = pathToFileURL(join(repository, "bench/lib/shift-clock.mjs")).href;
  await stack.startWorker({
    NODE_OPTIONS: `--import ${preload}`,
    OSTINATO_BENCH_CLOCK_SHIFT: shiftMs.toString(),
  });
  say(`a worker whose clock is ${shiftMs} ms off is there`);
  const input = await writeInput(setUp, { name, records, firstId });
  const startedAt = now();
  await runCliWell(setUp, ["run", input, "-mq", rate.toString()]);
  const pace = measurePace(callsBetween(await server.calls(), startedAt, now()));
  stack.killWorkersForGood();
  const use = (pace.perMinute / rate) * 100;
  return [
    atLeast({ what: `use of the limit, ${name}`, measured: use, unit: "%" }, 98),
    busiestMinute(pace.maxPerMinute, { rate, minute: "steady" }),
    atMost({ what: "most calls in a second", measured: pace.maxPerSecond }, rate / 60 + 2),
    exactly({ what: "calls", measured: pace.calls }, records),
  ];
}
