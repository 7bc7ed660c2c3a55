import { bench } from "./lib/bench.js";
import type { BenchContext } from "./lib/bench.js";
import { runCliWell } from "./lib/cli-process.js";
import { atLeast, atMost, beside, exactly } from "./lib/figures.js";
import { measurePace } from "./lib/measure.js";
import { busiestMinute } from "./lib/pace-figures.js";
import { askStep, writePipeline } from "./lib/pipeline-file.js";
import type { PipelineFile } from "./lib/pipeline-file.js";

const rows = 600;
const rate = 600;
const latencyMs = 2_000;
/** The ids of the second step's calls. */
const second = 1_000_000;

const alone: PipelineFile = {
  name: "alone",
  rows,
  edges: "load >> one",
  steps: { one: askStep("one", "answer") },
};
const chain: PipelineFile = {
  name: "chain",
  rows,
  edges: "load >> one >> two",
  steps: { one: askStep("one", "answer"), two: askStep("two", "score", second) },
};

await bench({
  name: "pipeline-chain",
  conditions: `${rows} rows, one model at ${rate} a minute; then a chain of two models at that rate each, calls of ${latencyMs / 1_000} s. In stages the chain would take twice as long.`,
  behaviour: { latencyMs },
  async measure(context) {
    await context.stack.startServerAndWorker();
    const one = await spanOf(context, alone);
    const two = await spanOf(context, chain);
    const calls = (await context.server.calls()).slice(rows);
    const ofSecond = measurePace(calls.filter(({ id }) => id >= second));
    return [
      atMost({ what: "time of the chain against that of one step", measured: two / one }, 1.1),
      atLeast(
        { what: "use of the second limit", measured: (ofSecond.perMinute / rate) * 100, unit: "%" },
        98,
      ),
      busiestMinute(ofSecond.maxPerMinute, { rate, minute: "steady" }),
      beside({ what: "one step, first call to last answer", measured: one / 1_000, unit: "s" }),
      exactly({ what: "calls of the chain", measured: calls.length }, rows * 2),
    ];
  },
});

/** From the first call to the last answer, in ms. */
async function spanOf({ setUp, server }: BenchContext, file: PipelineFile): Promise<number> {
  const before = (await server.calls()).length;
  const path = await writePipeline(setUp, file);
  await runCliWell(setUp, ["pipeline", "run", path, "-mq", rate.toString()]);
  const calls = (await server.calls()).slice(before);
  const ends = calls.map(({ endedAt }) => endedAt);
  return Math.max(...ends) - Math.min(...calls.map(({ arrivedAt }) => arrivedAt));
}
