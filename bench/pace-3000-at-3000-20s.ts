import { bench } from "./lib/bench.js";
import { runCliWell } from "./lib/cli-process.js";
import { readCompleted, waitForCompleted } from "./lib/completed-file.js";
import { atLeast, beside, exactly } from "./lib/figures.js";
import { writeInput } from "./lib/input-file.js";
import { countRepeats, measurePace, mostInFlight } from "./lib/measure.js";
import { busiestMinute } from "./lib/pace-figures.js";
import { soundFigures } from "./lib/sound-figures.js";

const records = 3_000;
const rate = 3_000;

await bench({
  name: "pace-3000-at-3000-20s",
  conditions: "3,000 prompts at 3,000 a minute, calls of 20 s, server and worker running.",
  behaviour: { latencyMs: 20_000 },
  async measure({ setUp, stack, server }) {
    await stack.startServerAndWorker();
    const input = await writeInput(setUp, { name: "long", records });
    await runCliWell(setUp, ["run", input, "-mq", rate.toString()]);
    const calls = await server.calls();
    const pace = measurePace(calls);
    const file = await readCompleted(await waitForCompleted(setUp, "long", 1_000), { records });
    const use = (pace.perMinute / rate) * 100;
    return [
      atLeast({ what: "use of the limit", measured: use, unit: "%" }, 98),
      busiestMinute(pace.maxPerMinute, { rate, minute: "steady" }),
      beside({ what: "most calls in a second", measured: pace.maxPerSecond }),
      beside({ what: "gap between calls, 99th percentile", measured: pace.gapMs.p99, unit: "ms" }),
      beside({ what: "most calls in flight", measured: mostInFlight(calls) }),
      exactly({ what: "repeated calls", measured: countRepeats(calls) }, 0),
      ...soundFigures(file, records),
    ];
  },
});
