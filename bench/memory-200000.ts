import { bench } from "./lib/bench.js";
import type { BenchContext } from "./lib/bench.js";
import { resultOf } from "./lib/cli-process.js";
import { readCompleted, waitForCompleted } from "./lib/completed-file.js";
import { atMost, beside, exactly } from "./lib/figures.js";
import type { Measured } from "./lib/figures.js";
import { writeInput } from "./lib/input-file.js";
import { measurePace } from "./lib/measure.js";
import { workerPids } from "./lib/own-processes.js";
import { watchMemory } from "./lib/watch-memory.js";
import type { MemoryWatch } from "./lib/watch-memory.js";

const few = 20_000;
const many = 200_000;
const bytesPerRecord = 32;
/** Difference between two runs of the same size, due to garbage collection. */
const noiseBytes = 40e6;

await bench({
  name: "memory-200000",
  conditions:
    "20,000 and 200,000 records of 1 KB in one group at 60,000 a minute, calls of 500 ms, built code; peak resident " +
    "size (VmHWM) of a fresh worker and of `ostinato run`. Flat: the difference is at most 32 bytes a record and 40 MB " +
    "of noise of the garbage collector.",
  behaviour: { latencyMs: 500 },
  async measure(context) {
    await context.stack.startServer();
    const small = await measureRun(context, few);
    const large = await measureRun(context, many);
    const growth = (many - few) * bytesPerRecord + noiseBytes;
    return [
      atMost(megabytes("worker, 200,000 records", large.worker), 450),
      atMost(megabytes("CLI, 200,000 records", large.cli), 200),
      beside(megabytes("worker, 20,000 records", small.worker)),
      beside(megabytes("CLI, 20,000 records", small.cli)),
      atMost(megabytes("worker, difference", large.worker - small.worker), growth / 1e6),
      atMost(megabytes("CLI, difference", large.cli - small.cli), growth / 1e6),
      beside(megabytes("worker, 200,000 records, median of first half", large.firstHalf)),
      beside(megabytes("worker, 200,000 records, median of second half", large.secondHalf)),
      beside({ what: "calls a second, 200,000 records", measured: large.perSecond }),
      exactly({ what: "completed records", measured: small.completed }, few),
      exactly({ what: "completed records", measured: large.completed }, many),
    ];
  },
});

interface Peak {
  readonly worker: number;
  readonly cli: number;
  readonly firstHalf: number;
  readonly secondHalf: number;
  readonly perSecond: number;
  readonly completed: number;
}

async function measureRun(context: BenchContext, records: number): Promise<Peak> {
  const { setUp, stack, server, say } = context;
  const name = `records-${records}`;
  const firstId = records;
  const input = await writeInput(setUp, { name, records, firstId, bytes: 1_000 });
  await stack.startWorker();
  const [workerPid = 0] = workerPids(setUp);
  const worker = watchMemory(workerPid);
  const run = stack.start("run", input, "-mq", "60000");
  const cli = watchMemory(run.pid);
  const result = await resultOf(run);
  say(`${name}: exit ${String(result.code)} after ${(result.tookMs / 1_000).toFixed(1)} s`);
  worker.stop();
  cli.stop();
  stack.killWorkersForGood();
  const calls = (await server.calls()).filter(({ id }) => id >= firstId && id < firstId + records);
  const path = await waitForCompleted(setUp, name, 1_000);
  const { completed } = await readCompleted(path, { records, firstId });
  return {
    worker: worker.peakBytes(),
    cli: cli.peakBytes(),
    firstHalf: medianOf(worker, 0),
    secondHalf: medianOf(worker, 0.5),
    perSecond: measurePace(calls).perMinute / 60,
    completed,
  };
}

/** Median resident size of half of the samples, beginning at the share `from`. */
function medianOf(watch: MemoryWatch, from: number): number {
  const samples = watch.samples();
  const start = Math.floor(samples.length * from);
  const half = samples.slice(start, start + Math.ceil(samples.length / 2));
  const sizes = half.map(({ residentBytes }) => residentBytes).sort((a, b) => a - b);
  return sizes[Math.floor(sizes.length / 2)] ?? 0;
}

function megabytes(what: string, bytes: number): Measured {
  return { what, measured: bytes / 1e6, unit: "MB" };
}
