import { setTimeout as sleep } from "node:timers/promises";
import { bench } from "./lib/bench.js";
import type { BenchContext } from "./lib/bench.js";
import { describeResult, resultOf } from "./lib/cli-process.js";
import { atMost, beside } from "./lib/figures.js";
import type { Measured } from "./lib/figures.js";
import { writeInput } from "./lib/input-file.js";
import { percentile } from "./lib/measure.js";

const rounds = 5;
const records = 3;

await bench({
  name: "start-latency",
  conditions:
    `From the spawn of \`ostinato run\` to the arrival of its first call, ${rounds} rounds each: with server and worker ` +
    "running; with the server alone, where the worker of the round before has just ended.",
  behaviour: { latencyMs: 200 },
  async measure(context) {
    const { stack } = context;
    await stack.startServer();
    const alone: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      alone.push(await firstCallAfter(context, `alone-${round}`, round * 10));
    }
    await stack.startWorker();
    await sleep(2_000);
    const both: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      both.push(await firstCallAfter(context, `both-${round}`, 1_000 + round * 10));
    }
    return [
      atMost(seconds("first call, server and worker running, slowest", Math.max(...both)), 1.5),
      beside(seconds("the same, median", percentile(both, 0.5))),
      atMost(seconds("first call, server alone, slowest", Math.max(...alone)), 4),
      beside(seconds("the same, median", percentile(alone, 0.5))),
      beside(seconds("the same, no worker was ever there but for the first start", alone[0] ?? 0)),
    ];
  },
});

async function firstCallAfter(
  { setUp, stack, server }: BenchContext,
  name: string,
  firstId: number,
): Promise<number> {
  const input = await writeInput(setUp, { name, records, firstId });
  const run = stack.start("run", input, "-mq", "600");
  const result = await resultOf(run);
  const first = (await server.calls()).find(({ id }) => id >= firstId && id < firstId + records);
  if (!first) throw new Error(`${name} sent nothing: ${describeResult(result)}`);
  return first.arrivedAt - run.startedAt;
}

function seconds(what: string, milliseconds: number): Measured {
  return { what, measured: milliseconds / 1_000, unit: "s" };
}
