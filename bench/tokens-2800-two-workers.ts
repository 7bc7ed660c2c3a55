import { bench } from "./lib/bench.js";
import type { Call } from "./lib/call-log.js";
import { describeResult, resultOf, runCliWell } from "./lib/cli-process.js";
import { atLeast, atMost, exactly } from "./lib/figures.js";
import { writeInput } from "./lib/input-file.js";
import { callsBetween, measurePace } from "./lib/measure.js";

/** Tokens of each call, as the API reports them. */
const tokensACall = 14;
const callsAMinute = 200;
const records = 110;

await bench({
  name: "tokens-2800-two-workers",
  conditions:
    "Two experiments of 110 prompts on one limit of 2,800 tokens a minute, two worker processes, calls of 14 tokens and " +
    "200 ms: 200 calls a minute. Use is measured from 10 s after the first call, while both experiments send.",
  behaviour: { latencyMs: 200 },
  async measure({ setUp, stack, server }) {
    await stack.startServerAndWorker();
    await stack.startWorker();
    const tokens = (tokensACall * callsAMinute).toString();
    await runCliWell(setUp, [
      ...["limits", "set", "api/openai/counting-1", "--tokens-per-minute", tokens],
    ]);
    const first = await writeInput(setUp, { name: "first", records });
    const second = await writeInput(setUp, { name: "second", records, firstId: records });
    const runs = [first, second].map((input) => stack.start("run", input, "-mq", "600"));
    for (const result of await Promise.all(runs.map(resultOf))) {
      if (result.code !== 0) throw new Error(describeResult(result));
    }
    const calls = await server.calls();
    const from = (calls[0]?.arrivedAt ?? 0) + 10_000;
    const to = Math.min(lastOf(calls, true), lastOf(calls, false));
    const use = measurePace(callsBetween(calls, from, to)).perMinute / callsAMinute;
    return [
      exactly({ what: "calls", measured: calls.length }, 2 * records),
      atMost(
        { what: "most calls in a minute", measured: measurePace(calls).maxPerMinute },
        callsAMinute + 1,
      ),
      atLeast({ what: "use of the tokens", measured: use * 100, unit: "%" }, 95),
    ];
  },
});

function lastOf(calls: readonly Call[], isFirst: boolean): number {
  return calls.findLast(({ id }) => id < records === isFirst)?.arrivedAt ?? 0;
}
