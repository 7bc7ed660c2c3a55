import { bench } from "./lib/bench.js";
import type { BenchContext } from "./lib/bench.js";
import { describeResult, resultOf } from "./lib/cli-process.js";
import { findCompleted, readCompleted } from "./lib/completed-file.js";
import { atMost, exactly, within } from "./lib/figures.js";
import type { Figure } from "./lib/figures.js";
import { writeInput } from "./lib/input-file.js";
import { callsBetween, measurePace } from "./lib/measure.js";
import { busiestMinute } from "./lib/pace-figures.js";
import { now } from "./lib/wait-until.js";

const rounds = 3;
const records = 100;

await bench({
  name: "pace-100-at-500",
  conditions: `100 prompts at 500 a minute, calls of 500 ms, server and worker running, ${rounds} rounds.`,
  behaviour: { latencyMs: 500 },
  async measure(context) {
    await context.stack.startServerAndWorker();
    const figures: Figure[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      context.say(`round ${round}`);
      figures.push(...(await measureRound(context, round)));
    }
    return figures;
  },
});

async function measureRound(context: BenchContext, round: number): Promise<readonly Figure[]> {
  const { setUp, server, stack } = context;
  const name = `round-${round}`;
  const firstId = round * 1_000;
  const input = await writeInput(setUp, { name, records, firstId });
  const startedAt = now();
  const result = await resultOf(stack.start("run", input, "-mq", "500"));
  const pace = measurePace(callsBetween(await server.calls(), startedAt, now()));
  const path = await findCompleted(setUp, name);
  if (path === undefined) throw new Error(`No completed file: ${describeResult(result)}`);
  const { completed } = await readCompleted(path, { records, firstId });
  return [
    within(
      { what: `first to last call, round ${round}`, measured: pace.spanMs / 1_000, unit: "s" },
      11.9,
      0.3,
    ),
    atMost({ what: "whole run", measured: result.tookMs / 1_000, unit: "s" }, 14.5),
    exactly({ what: "calls", measured: pace.calls }, records),
    exactly({ what: "completed records", measured: completed }, records),
    busiestMinute(pace.maxPerMinute, { rate: 500, minute: "steady" }),
  ];
}
