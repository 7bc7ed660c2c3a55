/** Experiments with many groups, each with its own slow rate. */
import { readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BenchContext } from "./bench.js";
import type { Call } from "./call-log.js";
import { runCliWell } from "./cli-process.js";
import { waitForCompleted } from "./completed-file.js";
import { atLeast, atMost, beside, exactly } from "./figures.js";
import type { Figure } from "./figures.js";
import { countRepeats, mostWithin, percentile } from "./measure.js";
import type { SetUp } from "./set-up.js";

export interface ManyGroups {
  readonly experiments: number;
  /** Groups per experiment. */
  readonly groups: number;
  /** Records per group. */
  readonly records: number;
  /** Requests per minute of each group. */
  readonly rate: number;
}

export async function measureManyGroups(
  { setUp, stack, server, say }: BenchContext,
  many: ManyGroups,
): Promise<readonly Figure[]> {
  const { experiments, groups, records, rate } = many;
  await stack.startServerAndWorker();
  for (let index = 0; index < experiments; index += 1) {
    const input = await writeGroups(setUp, index, many);
    await runCliWell(setUp, ["run", input, "--parallel", "-mq", rate.toString(), "--detach"]);
  }
  say("all have started");
  for (let index = 0; index < experiments; index += 1) {
    await waitForCompleted(setUp, nameOf(index), 3_600_000);
  }
  const calls = await server.calls();
  const paces = pacesOf(calls, many);
  const shares = paces.map(({ perMinute }) => (perMinute / rate) * 100);
  const arrivals = calls.map((call) => call.arrivedAt);
  const spanMs = Math.max(...arrivals) - Math.min(...arrivals);
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  return [
    exactly({ what: "calls", measured: calls.length }, experiments * groups * records),
    exactly({ what: "repeated calls", measured: countRepeats(calls) }, 0),
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
    beside({
      what: "database of the server",
      measured: await databaseMegabytes(setUp),
      unit: "MB",
    }),
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
  return [...byGroup.values()].map((times) => {
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

/** Includes its write-ahead log. */
async function databaseMegabytes(setUp: SetUp): Promise<number> {
  const files = (await readdir(setUp.home)).filter((file) => /^temporal-.*\.db/.test(file));
  const sizes = await Promise.all(
    files.map(async (file) => (await stat(join(setUp.home, file))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0) / 1_000_000;
}
