import { bench } from "./lib/bench.js";
import { resultOf } from "./lib/cli-process.js";
import { readCompleted, waitForCompleted } from "./lib/completed-file.js";
import { atLeast, beside, exactly } from "./lib/figures.js";
import { writeInput } from "./lib/input-file.js";
import { countRepeats, measurePace, mostInFlight } from "./lib/measure.js";
import { soundFigures } from "./lib/sound-figures.js";

const records = 10_000;

await bench({
  name: "throughput-10000",
  conditions:
    "10,000 prompts at 60,000 a minute, calls of 500 ms, one worker process beside the local server on the same cores.",
  behaviour: { latencyMs: 500 },
  async measure({ setUp, stack, server }) {
    await stack.startServerAndWorker();
    const input = await writeInput(setUp, { name: "many", records });
    const { tookMs } = await resultOf(stack.start("run", input, "-mq", "60000"));
    const calls = await server.calls();
    const pace = measurePace(calls);
    const { cpuS } = await server.stats();
    const file = await readCompleted(await waitForCompleted(setUp, "many", 1_000), { records });
    return [
      atLeast({ what: "calls a second, first to last", measured: pace.perMinute / 60 }, 800),
      beside({ what: "most calls in a second", measured: pace.maxPerSecond }),
      beside({ what: "most calls in flight", measured: mostInFlight(calls) }),
      beside({ what: "whole run", measured: tookMs / 1_000, unit: "s" }),
      beside({ what: "processor time of the counting server", measured: cpuS, unit: "s" }),
      exactly({ what: "repeated calls", measured: countRepeats(calls) }, 0),
      ...soundFigures(file, records),
    ];
  },
});
