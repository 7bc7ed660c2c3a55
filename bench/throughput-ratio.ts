import { setTimeout as sleep } from "node:timers/promises";
import { bench, rightKey } from "./lib/bench.js";
import type { BenchContext } from "./lib/bench.js";
import { resultOf } from "./lib/cli-process.js";
import { readCompleted, waitForCompleted } from "./lib/completed-file.js";
import { atLeast, atMost, beside, exactly } from "./lib/figures.js";
import type { Figure } from "./lib/figures.js";
import { writeInput } from "./lib/input-file.js";
import { keepCoreBusy } from "./lib/keep-core-busy.js";
import { measurePace } from "./lib/measure.js";
import { workerPids } from "./lib/own-processes.js";
import { processorTimeOf } from "./lib/processor-time.js";
import { runBareLoop } from "./lib/run-bare-loop.js";

const records = 10_000;
const perMinute = 60_000;
const latencyMs = 500;
/** Number of concurrent calls that the rate needs. */
const inFlight = (perMinute * latencyMs) / 60_000;
/** Time in ms in which a worker loads its modules. Like the loop's start, it is not measured. */
const startMs = 2_000;
const nodeMajor = Number.parseInt(process.versions.node, 10);
/** Before Node 24 every promise costs a hook, which a worker needs but a bare loop does not. */
const processorTarget = nodeMajor >= 24 ? 1.3 : 1.7;

let firstId = 0;

await bench({
  name: "throughput-ratio",
  conditions:
    `${records.toLocaleString("en-US")} calls of ${latencyMs} ms, ${inFlight} in flight: a loop over OpenAI's client, ` +
    "an experiment at 60,000 a minute by a fresh worker, and the loop again. Then the same with one core kept busy. " +
    "Ratios are to the mean of both loops. The processor time is that of the loop, or the worker, alone, after its start.",
  behaviour: { latencyMs, key: rightKey },
  async measure(context) {
    await context.stack.startServer();
    const idle = await compare(context, "alone");
    const freeCore = keepCoreBusy();
    const busy = await compare(context, "busy").finally(freeCore);
    return [
      atLeast({ what: "calls a second, ratio", measured: idle.rateRatio }, 0.85),
      atMost({ what: "processor time a call, ratio", measured: idle.cpuRatio }, processorTarget),
      ...idle.figures,
      atLeast({ what: "calls a second, ratio, one core busy", measured: busy.rateRatio }, 0.7),
      ...busy.figures,
    ];
  },
});

interface Cost {
  readonly perSecond: number;
  readonly cpuMs: number;
}

interface Comparison {
  readonly rateRatio: number;
  readonly cpuRatio: number;
  readonly figures: readonly Figure[];
}

async function compare(context: BenchContext, name: string): Promise<Comparison> {
  const before = await measureLoop(context, name);
  const experiment = await measureExperiment(context, name);
  const after = await measureLoop(context, name);
  const loop: Cost = {
    perSecond: (before.perSecond + after.perSecond) / 2,
    cpuMs: (before.cpuMs + after.cpuMs) / 2,
  };
  const rate = `${name}: calls a second`;
  const cpu = { what: `${name}: processor time a call`, unit: "ms" };
  return {
    rateRatio: experiment.perSecond / loop.perSecond,
    cpuRatio: experiment.cpuMs / loop.cpuMs,
    figures: [
      beside({ what: `${rate}, loop`, measured: loop.perSecond }),
      beside({ what: `${rate}, experiment`, measured: experiment.perSecond }),
      beside({ ...cpu, what: `${cpu.what}, loop`, measured: loop.cpuMs }),
      beside({ ...cpu, what: `${cpu.what}, experiment`, measured: experiment.cpuMs }),
      exactly({ what: `${name}: completed records`, measured: experiment.completed }, records),
    ],
  };
}

async function measureLoop({ server, say }: BenchContext, name: string): Promise<Cost> {
  const from = takeIds();
  const loop = { baseUrl: server.baseUrl, key: rightKey, calls: records, inFlight, firstId: from };
  const { cpuMs } = await runBareLoop(loop);
  const measured = { perSecond: await rateFrom(server, from), cpuMs: cpuMs / records };
  say(`${name}, loop: ${describe(measured)}`);
  return measured;
}

async function measureExperiment(
  { setUp, stack, server, say }: BenchContext,
  name: string,
): Promise<Cost & { readonly completed: number }> {
  const from = takeIds();
  const input = await writeInput(setUp, { name, records, firstId: from });
  await stack.startWorker();
  await sleep(startMs);
  const [worker = 0] = workerPids(setUp);
  const before = processorTimeOf(worker);
  await resultOf(stack.start("run", input, "-mq", perMinute.toString()));
  const cpuMs = (processorTimeOf(worker) - before) / records;
  stack.killWorkersForGood();
  const path = await waitForCompleted(setUp, name, 1_000);
  const { completed } = await readCompleted(path, { records, firstId: from });
  const measured = { perSecond: await rateFrom(server, from), cpuMs };
  say(`${name}, experiment: ${describe(measured)}`);
  return { ...measured, completed };
}

function takeIds(): number {
  const from = firstId;
  firstId += records;
  return from;
}

async function rateFrom({ calls }: BenchContext["server"], from: number): Promise<number> {
  const own = (await calls()).filter(({ id }) => id >= from && id < from + records);
  return measurePace(own).perMinute / 60;
}

function describe({ perSecond, cpuMs }: Cost): string {
  return `${perSecond.toFixed(0)} calls a second, ${cpuMs.toFixed(2)} ms of processor time a call`;
}
