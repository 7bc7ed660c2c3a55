import { bench } from "./lib/bench.js";
import { readCompleted, waitForCompleted } from "./lib/completed-file.js";
import { beside } from "./lib/figures.js";
import { writeInput } from "./lib/input-file.js";
import { killOften } from "./lib/kill-often.js";
import { measurePace } from "./lib/measure.js";
import { busiestMinute } from "./lib/pace-figures.js";
import { soundFigures } from "./lib/sound-figures.js";

const records = 2_000;
const rate = 600;
const name = "killed";

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
    const killed = await killOften(context, { name, first, rate, kills: 20 });
    const { maxPerMinute, maxPerSecond } = measurePace(await server.calls());
    const file = await readCompleted(await waitForCompleted(setUp, name, 60_000), { records });
    return [
      ...killed,
      ...soundFigures(file, records),
      busiestMinute(maxPerMinute, { rate, minute: "disturbed" }),
      beside({ what: "most calls in a second", measured: maxPerSecond }),
    ];
  },
});
