/** Experiments with many groups, each with its own slow rate. */
import { readdirSync } from "node:fs";
import { readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BenchContext } from "./bench.js";
import type { Call } from "./call-log.js";
import { resultOf, runCliWell } from "./cli-process.js";
import { waitForCompleted } from "./completed-file.js";
import { atLeast, atMost, beside, exactly } from "./figures.js";
import type { Figure } from "./figures.js";
import { countRepeats, mostWithin, percentile } from "./measure.js";
import { serverPid, workerPids } from "./own-processes.js";
import { processorTimeOf } from "./processor-time.js";
import type { SetUp } from "./set-up.js";
import { sizeFrom } from "./size-from.js";
import { now } from "./wait-until.js";

/** Maximum duration in ms. A longer bench is cancelled and measured up to this time. */
const mostMs = sizeFrom("BENCH_MINUTES", 60) * 60_000;

export interface ManyGroups {
  readonly experiments: number;
  /** Number of groups per experiment. */
  readonly groups: number;
  /** Number of records per group. */
  readonly records: number;
  /** Requests per minute of each group. */
  readonly rate: number;
}

export async function measureManyGroups(
  context: BenchContext,
  many: ManyGroups,
): Promise<readonly Figure[]> {
  const { setUp, stack, server, say } = context;
  const { experiments, groups, records, rate } = many;
  await stack.startServerAndWorker();
  const use = watchUse(setUp);
  const startedAt = now();
  for (let index = 0; index < experiments; index += 1) {
    const input = await writeGroups(setUp, index, many);
    await runCliWell(setUp, ["run", input, "--parallel", "-mq", rate.toString(), "--detach"]);
  }
  say("all have started");
  const isWhole = await allEnd(context, experiments, startedAt + mostMs);
  const calls = await server.calls();
  const used = use.stop();
  const paces = pacesOf(calls, many);
  const shares = paces.map(({ perMinute }) => (perMinute / rate) * 100);
  const arrivals = calls.map((call) => call.arrivedAt);
  const spanMs = Math.max(...arrivals) - Math.min(...arrivals);
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  const whole = experiments * groups * records;
  return [
    isWhole
      ? exactly({ what: "calls", measured: calls.length }, whole)
      : beside({ what: `calls of ${whole} until the bench was ended`, measured: calls.length }),
    exactly({ what: "repeated calls", measured: countRepeats(calls) }, 0),
    beside({ what: "groups with two calls or more", measured: paces.length }),
    atLeast({ what: "pace of a group beside its rate, mean", measured: mean, unit: "%" }, 95),
    beside({
      what: "the same, slowest of a hundred",
      measured: percentile(shares, 0.01),
      unit: "%",
    }),
    atMost(
      {
        what: "most calls of a group in a minute",
        measured: Math.max(...paces.map(({ mostInAMinute }) => mostInAMinute)),
      },
      rate + 1,
    ),
    beside({ what: "first to last call", measured: spanMs / 1_000, unit: "s" }),
    ...costs(used, calls.length),
    beside({
      what: "database of the server",
      measured: await databaseMegabytes(setUp),
      unit: "MB",
    }),
  ];
}

/**
 * Waits for the end of the experiments. Returns false if the time was over before the last record.
 * The experiments are then cancelled.
 */
async function allEnd(
  { setUp, stack, say }: BenchContext,
  experiments: number,
  untilMs: number,
): Promise<boolean> {
  const names = Array.from({ length: experiments }, (_, index) => nameOf(index));
  try {
    for (const name of names) {
      await waitForCompleted(setUp, name, Math.max(1, untilMs - now()));
    }
    return true;
  } catch (error) {
    if (now() < untilMs) throw error;
    say("the time is over");
    for (const name of names) await resultOf(stack.start("cancel", name));
    return false;
  }
}

interface Use {
  readonly workerMs: number;
  readonly serverMs: number;
  readonly mostDescriptors: number;
}

/** Watches the worker and the server. The worker's descriptors are counted once a second. */
function watchUse(setUp: SetUp): { readonly stop: () => Use } {
  const [worker = 0] = workerPids(setUp);
  const server = serverPid(setUp) ?? 0;
  const before = { worker: processorTimeOf(worker), server: processorTimeOf(server) };
  let mostDescriptors = 0;
  const look = (): void => {
    mostDescriptors = Math.max(mostDescriptors, readdirSync(`/proc/${worker}/fd`).length);
  };
  const timer = setInterval(look, 1_000);
  return {
    stop: () => {
      clearInterval(timer);
      look();
      const workerMs = processorTimeOf(worker) - before.worker;
      return { workerMs, serverMs: processorTimeOf(server) - before.server, mostDescriptors };
    },
  };
}

function costs({ workerMs, serverMs, mostDescriptors }: Use, calls: number): readonly Figure[] {
  const ofCall = { unit: "ms" } as const;
  return [
    beside({ ...ofCall, what: "processor time a record, worker", measured: workerMs / calls }),
    beside({ ...ofCall, what: "processor time a record, server", measured: serverMs / calls }),
    beside({ what: "most descriptors of the worker", measured: mostDescriptors }),
  ];
}

interface GroupPace {
  readonly perMinute: number;
  readonly mostInAMinute: number;
}

function pacesOf(calls: readonly Call[], { groups, records }: ManyGroups): GroupPace[] {
  const byGroup = new Map<string, number[]>();
  for (const { id, arrivedAt } of calls) {
    const key = `${Math.floor(id / (groups * records))}/${id % groups}`;
    byGroup.set(key, [...(byGroup.get(key) ?? []), arrivedAt]);
  }
  // One call alone has no pace.
  const several = [...byGroup.values()].filter((times) => times.length > 1);
  return several.map((times) => {
    const sorted = Float64Array.from(times).sort();
    const spanMs = (sorted.at(-1) ?? 0) - (sorted[0] ?? 0);
    const perMinute = ((sorted.length - 1) * 60_000) / spanMs;
    return { perMinute, mostInAMinute: mostWithin(sorted, 60_000) };
  });
}

async function writeGroups(
  setUp: SetUp,
  experiment: number,
  { groups, records }: ManyGroups,
): Promise<string> {
  const path = join(setUp.folder, `${nameOf(experiment)}.jsonl`);
  const firstId = experiment * groups * records;
  const lines = Array.from({ length: groups * records }, (_, index) => {
    const id = firstId + index;
    // Groups with the same name would share a limit, so each experiment has its own names.
    const group = `e${experiment}-g${index % groups}`;
    const prompt = `#${id} Say something`;
    const record = { id: `r-${id}`, api: "openai", model_name: "counting-1", group, prompt };
    return `${JSON.stringify(record)}\n`;
  });
  await writeFile(path, lines.join(""));
  return path;
}

function nameOf(experiment: number): string {
  return `groups-${experiment}`;
}

/** Returns the size of the database in MB, including its write-ahead log. */
async function databaseMegabytes(setUp: SetUp): Promise<number> {
  const files = (await readdir(setUp.home)).filter((file) => /^temporal-.*\.db/.test(file));
  const sizes = await Promise.all(
    files.map(async (file) => (await stat(join(setUp.home, file))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0) / 1_000_000;
}
