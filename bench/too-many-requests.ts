import { bench, rightKey } from "./lib/bench.js";
import type { BenchContext } from "./lib/bench.js";
import type { Call } from "./lib/call-log.js";
import { describeResult, resultOf } from "./lib/cli-process.js";
import { readCompleted, waitForCompleted } from "./lib/completed-file.js";
import { atLeast, atMost, beside, exactly } from "./lib/figures.js";
import type { Figure } from "./lib/figures.js";
import { writeInput } from "./lib/input-file.js";
import { callsBetween, measurePace } from "./lib/measure.js";
import { now } from "./lib/wait-until.js";

const latencyMs = 500;

await bench({
  name: "too-many-requests",
  conditions:
    "Calls of 500 ms, one experiment after the other: at 1,000 a minute, where one call in 100 gets a 429; at 1,000 a minute, " +
    "where the server answers 500; at 600, where it answers 60. It refuses what goes beyond a second's calls, without `Retry-After`.",
  behaviour: { latencyMs },
  async measure(context) {
    await context.stack.startServerAndWorker();
    return [
      ...(await random(context)),
      ...(await throttled(context, { name: "half", asked: 1_000, allowed: 500, records: 1_250 })),
      ...(await throttled(context, { name: "tenth", asked: 600, allowed: 60, records: 180 })),
    ];
  },
});

async function random(context: BenchContext): Promise<readonly Figure[]> {
  const asked = 1_000;
  const { server } = context;
  await server.change({ latencyMs, key: rightKey, tooManyIn: 100 });
  const { calls, figures } = await run(context, { name: "random", asked, records: 1_500 });
  const refused = calls.filter(({ status }) => status === 429).length;
  const use = (measurePace(calls).perMinute / asked) * 100;
  return [
    atLeast({ what: "one 429 in 100: use of the limit", measured: use, unit: "%" }, 95),
    beside({ what: "one 429 in 100: refused calls", measured: refused }),
    ...figures,
  ];
}

interface Throttled {
  readonly name: string;
  readonly asked: number;
  readonly allowed: number;
  readonly records: number;
}

/** The first minute is left out: the limit finds the server's rate in it. */
async function throttled(
  context: BenchContext,
  { name, asked, allowed, records }: Throttled,
): Promise<readonly Figure[]> {
  const what = `${asked} asked, ${allowed} allowed`;
  await context.server.change({ latencyMs, key: rightKey, allowedPerMinute: allowed });
  const { calls, figures } = await run(context, { name, asked, records });
  const later = callsBetween(calls, (calls[0]?.arrivedAt ?? 0) + 60_000, Infinity);
  const answered = later.filter(({ status }) => status === 200);
  const refused = ((later.length - answered.length) / later.length) * 100;
  const use = (measurePace(answered).perMinute / allowed) * 100;
  return [
    atLeast({ what: `${what}: use from the second minute on`, measured: use, unit: "%" }, 85),
    atMost({ what: `${what}: refused from then on`, measured: refused, unit: "%" }, 10),
    ...figures,
  ];
}

interface Run {
  readonly name: string;
  readonly asked: number;
  readonly records: number;
}

async function run(
  { setUp, stack, server, say }: BenchContext,
  { name, asked, records }: Run,
): Promise<{ readonly calls: readonly Call[]; readonly figures: readonly Figure[] }> {
  const from = now();
  const input = await writeInput(setUp, { name, records });
  const result = await resultOf(stack.start("run", input, "-mq", asked.toString()));
  say(describeResult(result));
  const path = await waitForCompleted(setUp, name, 10_000);
  const { completed } = await readCompleted(path, { records });
  return {
    calls: callsBetween(await server.calls(), from, Infinity),
    figures: [exactly({ what: `${name}: completed records`, measured: completed }, records)],
  };
}
