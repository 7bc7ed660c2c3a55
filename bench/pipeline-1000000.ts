import { bench } from "./lib/bench.js";
import { beside, exactly } from "./lib/figures.js";
import { sizeFrom } from "./lib/size-from.js";
import { runTestPipeline } from "./lib/test-pipeline.js";

const rows = sizeFrom("BENCH_ROWS", 1_000_000);

await bench({
  name: "pipeline-1000000",
  conditions: `${rows} rows through one step of the test API, calls of 200 ms at 60,000 a minute, built code; the Parquet file is read by DuckDB. BENCH_ROWS sets another number of rows.`,
  behaviour: { latencyMs: 0 },
  async measure(context) {
    const run = await runTestPipeline(context, { name: "million", rows, calls: 1 });
    return [
      exactly({ what: "rows that DuckDB reads", measured: run.rows }, rows),
      exactly({ what: "rows missing, twice or wrong", measured: run.wrong }, 0),
      beside({ what: "worker, peak", measured: run.worker.peakBytes() / 1e6, unit: "MB" }),
      beside({ what: "CLI, peak", measured: run.cli.peakBytes() / 1e6, unit: "MB" }),
      beside({ what: "from start to end", measured: run.seconds, unit: "s" }),
    ];
  },
});
