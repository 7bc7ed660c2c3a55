import { bench } from "./lib/bench.js";
import { waitForCompleted } from "./lib/completed-file.js";
import { exactly } from "./lib/figures.js";
import { readJudgedRows, writeJudgedPipeline } from "./lib/judged-pipeline.js";
import { killOften } from "./lib/kill-often.js";
import { sizeFrom } from "./lib/size-from.js";

const rows = sizeFrom("BENCH_ROWS", 2_000);
const kills = sizeFrom("BENCH_KILLS", 20);
/**
 * Three models and a judge, each with its own limit. The judge has most calls, and sets the pace.
 */
const rate = 1_200;
const name = "judged";

await bench({
  name: "pipeline-kills",
  conditions: `${rows} rows of a graph with routing, expand, judge and group, ${rate} calls a minute of each model, calls of 500 ms; ${kills} times \`kill -9\` of the worker, the CLI, the server and all of them in turn. BENCH_ROWS and BENCH_KILLS set other numbers.`,
  behaviour: { latencyMs: 500 },
  async measure(context) {
    const { setUp, server, stack } = context;
    const file = await writeJudgedPipeline(setUp, rows);
    const first = stack.start("pipeline", "run", file, "-mq", rate.toString());
    const killed = await killOften(context, { name, first, rate, kills });
    await waitForCompleted(setUp, name, 60_000);
    const result = await readJudgedRows(setUp);
    const calls = await server.calls();
    return [
      ...killed,
      exactly({ what: "rows in the result", measured: result.rows }, rows),
      exactly({ what: "rows at another's place", measured: result.misplaced }, 0),
      exactly({ what: "rows with other answers than theirs", measured: result.wrong }, 0),
      exactly(
        { what: "different calls", measured: new Set(calls.map(({ id }) => id)).size },
        4 * rows,
      ),
    ];
  },
});
