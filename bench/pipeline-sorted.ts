import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bench } from "./lib/bench.js";
import type { BenchContext } from "./lib/bench.js";
import { resultOf, runCliWell } from "./lib/cli-process.js";
import { atLeast, atMost, beside, exactly } from "./lib/figures.js";
import type { Figure } from "./lib/figures.js";
import { measurePace } from "./lib/measure.js";
import { askStep } from "./lib/pipeline-file.js";
import { sizeFrom } from "./lib/size-from.js";

/** Rows of the fast model, and its calls a minute. */
const fast = sizeFrom("BENCH_FAST", 3_000);
/** Rows of the slow model, which come first, and its calls a minute. */
const slow = sizeFrom("BENCH_SLOW", 30);
const latencyMs = 1_000;
const fromSlow = 1_000_000;

await bench({
  name: "pipeline-sorted",
  conditions:
    `${slow} rows of a model at ${slow} calls a minute, then ${fast} rows of one at ${fast}, calls of ${latencyMs / 1_000} s: ` +
    `once with both models open, once with ${10 * slow} rows of the slow model, which refuses all calls. BENCH_FAST and BENCH_SLOW set other numbers.`,
  behaviour: { latencyMs },
  async measure(context) {
    await context.stack.startServerAndWorker();
    const open = await both(context);
    await context.server.change({ latencyMs, refuseFromId: fromSlow });
    return [...open, ...(await oneBlocked(context))];
  },
});

async function both(context: BenchContext): Promise<readonly Figure[]> {
  const { setUp, server } = context;
  const path = await writeSorted(context, { name: "open", slow });
  await runCliWell(setUp, ["pipeline", "run", path, "-mqj", "rates.json"]);
  const calls = await server.calls();
  const ends = calls.map(({ endedAt }) => endedAt);
  const makespanMs = Math.max(...ends) - Math.min(...calls.map(({ arrivedAt }) => arrivedAt));
  return [
    useOf(
      "both open: use of the fast limit",
      calls.filter(({ id }) => id < fromSlow),
    ),
    atMost(
      {
        what: "both open: makespan against the ideal",
        measured: makespanMs / (60_000 + latencyMs),
      },
      1.1,
    ),
  ];
}

async function oneBlocked(context: BenchContext): Promise<readonly Figure[]> {
  const { stack, server } = context;
  const before = (await server.stats()).calls;
  const path = await writeSorted(context, { name: "blocked", slow: 10 * slow });
  const result = await resultOf(stack.start("pipeline", "run", path, "-mqj", "rates.json"));
  const calls = (await server.calls()).slice(before);
  const ofFast = calls.filter(({ id }) => id < fromSlow);
  return [
    useOf("slow blocked: use of the fast limit", ofFast),
    exactly({ what: "slow blocked: calls of the fast model", measured: ofFast.length }, fast),
    beside({ what: "slow blocked: its calls", measured: calls.length - ofFast.length, unit: "" }),
    exactly({ what: "slow blocked: exit code of the run", measured: result.code ?? -1 }, 3),
  ];
}

function useOf(what: string, calls: Parameters<typeof measurePace>[0]): Figure {
  const use = (measurePace(calls).perMinute / fast) * 100;
  return atLeast({ what, measured: use, unit: "%" }, 95);
}

interface Sorted {
  readonly name: string;
  readonly slow: number;
}

/** The rows of the slow model come first. */
async function writeSorted(
  { setUp }: BenchContext,
  { name, slow: first }: Sorted,
): Promise<string> {
  const { folder } = setUp;
  const rows = Array.from({ length: first + fast }, (_, i) =>
    JSON.stringify({ i, model: i < first ? "slow" : "fast" }),
  );
  await writeFile(join(folder, `${name}-rows.jsonl`), `${rows.join("\n")}\n`);
  await writeFile(
    join(folder, "choose.ts"),
    "export const choose = ({ model }: { model: string }) => model;\n",
  );
  await writeFile(
    join(folder, "rates.json"),
    JSON.stringify({ openai: { "fast-model": fast, "slow-model": slow } }),
  );
  const text = [
    `name: ${name}`,
    "steps:",
    `  load: { use: load, file: ${name}-rows.jsonl }`,
    `  slow: ${askStep("slow-model", "answer", fromSlow)}`,
    `  fast: ${askStep("fast-model", "answer")}`,
    'edges: ["load >> route(./choose.ts#choose) >> [slow, fast]"]',
    "",
  ];
  await writeFile(join(folder, `${name}.yaml`), text.join("\n"));
  return `${name}.yaml`;
}
