import { bench } from "./lib/bench.js";
import { resultOf } from "./lib/cli-process.js";
import { beside, exactly, within } from "./lib/figures.js";
import { writeInput } from "./lib/input-file.js";
import { callsBetween, countRepeats, measurePace } from "./lib/measure.js";
import { busiestMinute } from "./lib/pace-figures.js";

const records = 900;
const rate = 600;

await bench({
  name: "two-on-one-limit-600",
  conditions:
    "Two experiments of 900 prompts for the same model, both at 600 a minute, calls of 500 ms, one worker.",
  behaviour: { latencyMs: 500 },
  async measure({ setUp, stack, server }) {
    await stack.startServerAndWorker();
    const first = await writeInput(setUp, { name: "first", records });
    const second = await writeInput(setUp, { name: "second", records, firstId: records });
    const runs = [first, second].map((input) => stack.start("run", input, "-mq", rate.toString()));
    const results = await Promise.all(runs.map(resultOf));
    const calls = await server.calls();
    const ofFirst = calls.filter(({ id }) => id < records);
    const ofSecond = calls.filter(({ id }) => id >= records);
    const from = Math.max(ofFirst[0]?.arrivedAt ?? 0, ofSecond[0]?.arrivedAt ?? 0);
    const to = Math.min(ofFirst.at(-1)?.arrivedAt ?? 0, ofSecond.at(-1)?.arrivedAt ?? 0);
    const together = callsBetween(calls, from, to);
    const share = (callsBetween(ofFirst, from, to).length / together.length) * 100;
    const { maxPerMinute } = measurePace(calls);
    return [
      within(
        { what: "calls a minute while both run", measured: measurePace(together).perMinute },
        rate,
        6,
      ),
      busiestMinute(maxPerMinute, { rate, minute: "steady" }),
      beside({ what: "share of the first", measured: share, unit: "%" }),
      beside({ what: "time in which both run", measured: (to - from) / 1_000, unit: "s" }),
      exactly(
        {
          what: "runs that exited with 0",
          measured: results.filter(({ code }) => code === 0).length,
        },
        2,
      ),
      exactly({ what: "repeated calls", measured: countRepeats(calls) }, 0),
    ];
  },
});
