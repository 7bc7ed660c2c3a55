import { bench } from "./lib/bench.js";
import { atMost, beside, exactly } from "./lib/figures.js";
import { sizeFrom } from "./lib/size-from.js";
import { medianBetween, runTestPipeline } from "./lib/test-pipeline.js";

const rows = sizeFrom("BENCH_ROWS", 100_000);
const bytesPerRow = 32;
/** Difference between two medians of the same run, due to garbage collection. */
const noiseBytes = 40e6;

await bench({
  name: "pipeline-memory",
  conditions:
    `${rows} rows through three steps of the test API, calls of 200 ms at 60,000 a minute of each model, built code; resident size of a fresh ` +
    "worker. Flat: from the second fifth of the time to the last, the median grows by at most 32 bytes a row and 40 MB of noise of the " +
    "garbage collector. BENCH_ROWS sets another number of rows.",
  behaviour: { latencyMs: 0 },
  async measure(context) {
    const run = await runTestPipeline(context, { name: "memory", rows, calls: 3 });
    const early = medianBetween(run.worker, 0.2, 0.4);
    const late = medianBetween(run.worker, 0.8, 1);
    return [
      atMost({ what: "worker, peak", measured: run.worker.peakBytes() / 1e6, unit: "MB" }, 450),
      atMost(
        { what: "worker, growth of the median", measured: (late - early) / 1e6, unit: "MB" },
        (rows * bytesPerRow + noiseBytes) / 1e6,
      ),
      beside({ what: "worker, median of the second fifth", measured: early / 1e6, unit: "MB" }),
      beside({ what: "worker, median of the last fifth", measured: late / 1e6, unit: "MB" }),
      beside({ what: "CLI, peak", measured: run.cli.peakBytes() / 1e6, unit: "MB" }),
      beside({
        what: "calls a second, start and end included",
        measured: (3 * rows) / run.seconds,
      }),
      exactly({ what: "rows that DuckDB reads", measured: run.rows }, rows),
      exactly({ what: "rows missing, twice or wrong", measured: run.wrong }, 0),
    ];
  },
});
