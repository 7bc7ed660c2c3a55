import { readFile } from "node:fs/promises";
import { bench } from "./lib/bench.js";
import type { BenchContext } from "./lib/bench.js";
import { describeResult, lastJson, resultOf } from "./lib/cli-process.js";
import { waitForCompleted } from "./lib/completed-file.js";
import { exactly } from "./lib/figures.js";
import { writeGradedFlow } from "./lib/graded-flow.js";
import { killOften } from "./lib/kill-often.js";
import { sizeFrom } from "./lib/size-from.js";

const lines = sizeFrom("BENCH_LINES", 1_000);
const rate = 300;
const name = "graded";

interface Result {
  readonly completed_lines: number;
  readonly metrics: { readonly accuracy: number; readonly in_order: boolean };
}

await bench({
  name: "batch-kills",
  conditions: `${lines} lines of a flow with two llm nodes, a Python node and an aggregation, ${rate} calls a minute, calls of 500 ms; 20 times \`kill -9\` of the worker, the CLI, the server and all of them in turn. The same lines again without kills, at 6,000 calls a minute. BENCH_LINES sets another number of lines.`,
  behaviour: { latencyMs: 500 },
  async measure(context) {
    const { setUp, server, stack } = context;
    await writeGradedFlow(setUp, lines);
    const run = ["batch", "run", name, "--data", "lines.csv"];
    const first = stack.start(...run, "-mq", rate.toString());
    const killed = await killOften(context, { name, first, rate, kills: 20 });
    const result = await resultIn(context, name);
    const calls = await server.calls();
    const calm = await undisturbed(context);
    const outputs = await outputsIn(context, name);
    return [
      ...killed,
      exactly({ what: "completed lines", measured: result.completed_lines }, lines),
      exactly(
        { what: "different calls", measured: new Set(calls.map(({ id }) => id)).size },
        2 * lines,
      ),
      // Every fourth truth is one that no answer matches.
      exactly({ what: "accuracy", measured: result.metrics.accuracy }, 0.75),
      exactly(
        { what: "aggregation in the order of the lines", measured: +result.metrics.in_order },
        1,
      ),
      exactly(
        {
          what: "metrics as without kills",
          measured: +(JSON.stringify(result.metrics) === JSON.stringify(calm.metrics)),
        },
        1,
      ),
      exactly(
        {
          what: "outputs byte for byte as without kills",
          measured: +(outputs === (await outputsIn(context, "calm"))),
        },
        1,
      ),
    ];
  },
});

/** Runs the same lines under another name, which reuses no answer. */
async function undisturbed(context: BenchContext): Promise<Result> {
  const run = ["batch", "run", name, "--data", "lines.csv", "--name", "calm"];
  const done = await resultOf(context.stack.start(...run, "-mq", "6000"));
  if (done.code !== 0) throw new Error(describeResult(done));
  return resultIn(context, "calm");
}

async function resultIn({ stack }: BenchContext, run: string): Promise<Result> {
  return lastJson(await resultOf(stack.start("batch", "result", run, "--json"))) as Result;
}

async function outputsIn({ setUp }: BenchContext, run: string): Promise<string> {
  const completed = await waitForCompleted(setUp, run, 60_000);
  return readFile(completed.replace(`-completed-${run}.jsonl`, "-output.jsonl"), "utf8");
}
