import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bench } from "./lib/bench.js";
import type { Call } from "./lib/call-log.js";
import { runCliWell } from "./lib/cli-process.js";
import { atLeast, atMost, beside, exactly } from "./lib/figures.js";
import { measurePace } from "./lib/measure.js";
import { busiestMinute } from "./lib/pace-figures.js";
import { sizeFrom } from "./lib/size-from.js";

const rows = sizeFrom("BENCH_ROWS", 3_000);
/** Of each model: three minutes for all rows. */
const rate = rows / 3;
const latencyMs = 5_000;

/** Model `k` is asked about row `i` as `#<i>k`. */
const pipeline = `
name: three-models
steps:
  load: { use: load, file: rows.jsonl }
  one: { use: template, llm: openai/one, template: "ask #{{ i * 10 + 1 }}" }
  two: { use: template, llm: openai/two, template: "ask #{{ i * 10 + 2 }}" }
  three: { use: template, llm: openai/three, template: "ask #{{ i * 10 + 3 }}" }
  all: { use: group, columns: { generation: answers, model_name: models } }
edges: ["load >> [one, two, three] >> all"]
`;

await bench({
  name: "pipeline-three-models",
  conditions:
    `${rows} rows to three models and a group, ${rate} a minute each, calls of ${latencyMs / 1_000} s, server and worker running. ` +
    "BENCH_ROWS sets another number of rows, and a third of it as calls a minute.",
  behaviour: { latencyMs },
  async measure({ setUp, stack, server }) {
    await stack.startServerAndWorker();
    const lines = Array.from({ length: rows }, (_, i) => `${JSON.stringify({ i })}\n`);
    await writeFile(join(setUp.folder, "rows.jsonl"), lines.join(""));
    await writeFile(join(setUp.folder, "three.yaml"), pipeline);
    await runCliWell(setUp, ["pipeline", "run", "three.yaml", "-mq", rate.toString()]);
    const calls = await server.calls();
    const ends = calls.map(({ endedAt }) => endedAt);
    const makespanMs = Math.max(...ends) - Math.min(...calls.map(({ arrivedAt }) => arrivedAt));
    const idealMs = ((rows - 1) * 60_000) / rate + latencyMs;
    return [
      ...[1, 2, 3].flatMap((model) => figuresOf(model, calls)),
      atMost({ what: "makespan against the ideal", measured: makespanMs / idealMs }, 1.05),
      beside({ what: "first call to last answer", measured: makespanMs / 1_000, unit: "s" }),
      exactly({ what: "calls", measured: calls.length }, rows * 3),
    ];
  },
});

function figuresOf(model: number, calls: readonly Call[]): ReturnType<typeof atLeast>[] {
  const own = calls.filter(({ id }) => id % 10 === model);
  const pace = measurePace(own);
  const use = (pace.perMinute / rate) * 100;
  return [
    atLeast({ what: `use of limit ${model}`, measured: use, unit: "%" }, 98),
    busiestMinute(pace.maxPerMinute, { rate, minute: "steady" }),
  ];
}
