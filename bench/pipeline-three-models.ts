import { bench } from "./lib/bench.js";
import type { Call } from "./lib/call-log.js";
import { runCliWell } from "./lib/cli-process.js";
import { atLeast, atMost, beside, exactly } from "./lib/figures.js";
import type { Figure } from "./lib/figures.js";
import { measurePace } from "./lib/measure.js";
import { busiestMinute } from "./lib/pace-figures.js";
import { askStep, writePipeline } from "./lib/pipeline-file.js";
import { sizeFrom } from "./lib/size-from.js";

const rows = sizeFrom("BENCH_ROWS", 3_000);
/** Calls a minute of each model, which sends all rows in three minutes. */
const rate = rows / 3;
const latencyMs = 5_000;

/** The ids of the calls of each model. */
const offsets = [0, 1_000_000, 2_000_000] as const;

await bench({
  name: "pipeline-three-models",
  conditions:
    `${rows} rows to three models and a group, ${rate} a minute each, calls of ${latencyMs / 1_000} s, server and worker running. ` +
    "BENCH_ROWS sets another number of rows, and a third of it as calls a minute.",
  behaviour: { latencyMs },
  async measure({ setUp, stack, server }) {
    await stack.startServerAndWorker();
    const path = await writePipeline(setUp, {
      name: "three-models",
      rows,
      edges: "load >> [one, two, three] >> all",
      steps: {
        one: askStep("one", "answer", offsets[0]),
        two: askStep("two", "answer", offsets[1]),
        three: askStep("three", "answer", offsets[2]),
        all: "{ use: group, columns: { answer: answers, answer_by: models } }",
      },
    });
    await runCliWell(setUp, ["pipeline", "run", path, "-mq", rate.toString()]);
    const calls = await server.calls();
    const ends = calls.map(({ endedAt }) => endedAt);
    const makespanMs = Math.max(...ends) - Math.min(...calls.map(({ arrivedAt }) => arrivedAt));
    const idealMs = ((rows - 1) * 60_000) / rate + latencyMs;
    return [
      ...offsets.flatMap((offset, index) => figuresOf(index + 1, callsFrom(calls, offset))),
      atMost({ what: "makespan against the ideal", measured: makespanMs / idealMs }, 1.05),
      beside({ what: "first call to last answer", measured: makespanMs / 1_000, unit: "s" }),
      exactly({ what: "calls", measured: calls.length }, rows * 3),
    ];
  },
});

function callsFrom(calls: readonly Call[], offset: number): readonly Call[] {
  return calls.filter(({ id }) => id >= offset && id < offset + rows);
}

function figuresOf(model: number, calls: readonly Call[]): readonly Figure[] {
  const pace = measurePace(calls);
  const use = (pace.perMinute / rate) * 100;
  return [
    atLeast({ what: `use of limit ${model}`, measured: use, unit: "%" }, 98),
    busiestMinute(pace.maxPerMinute, { rate, minute: "steady" }),
  ];
}
