import { bench } from "./lib/bench.js";
import { runCliWell } from "./lib/cli-process.js";
import { atLeast, beside, exactly } from "./lib/figures.js";
import { writeInput } from "./lib/input-file.js";
import { countRepeats, measurePace } from "./lib/measure.js";
import { askStep, writePipeline } from "./lib/pipeline-file.js";
import { sizeFrom } from "./lib/size-from.js";

const rows = sizeFrom("BENCH_ROWS", 10_000);
const second = 1_000_000;

await bench({
  name: "pipeline-throughput",
  conditions: `${rows} rows with two calls each and as many prompts of an experiment, at 60,000 calls a minute and calls of 500 ms, one after the other in one run; BENCH_ROWS sets another number.`,
  behaviour: { latencyMs: 500 },
  async measure({ setUp, stack, server }) {
    await stack.startServerAndWorker();
    const input = await writeInput(setUp, { name: "plain", records: rows, firstId: 2 * second });
    await runCliWell(setUp, ["run", input, "-mq", "60000"]);
    const plain = measurePace(await server.calls());
    const path = await writePipeline(setUp, {
      name: "two-calls",
      rows,
      edges: "load >> one >> two",
      steps: { one: askStep("one", "answer"), two: askStep("two", "score", second) },
    });
    await runCliWell(setUp, ["pipeline", "run", path, "-mq", "60000"]);
    const calls = (await server.calls()).slice(rows);
    const ofRows = measurePace(calls);
    const ratio = ofRows.perMinute / plain.perMinute;
    return [
      atLeast({ what: "calls a second against the experiment's", measured: ratio }, 0.8),
      beside({ what: "calls a second of the experiment", measured: plain.perMinute / 60 }),
      beside({ what: "calls a second of the pipeline", measured: ofRows.perMinute / 60 }),
      exactly({ what: "calls of the pipeline", measured: calls.length }, rows * 2),
      exactly({ what: "repeated calls", measured: countRepeats(calls) }, 0),
    ];
  },
});
