import { bench } from "./lib/bench.js";
import { runCliWell } from "./lib/cli-process.js";
import { readCompleted, waitForCompleted } from "./lib/completed-file.js";
import { atLeast, beside, exactly } from "./lib/figures.js";
import { writeInput } from "./lib/input-file.js";
import { measurePace, mostInFlight } from "./lib/measure.js";
import { busiestMinute } from "./lib/pace-figures.js";
import { sizeFrom } from "./lib/size-from.js";
import { soundFigures } from "./lib/sound-figures.js";

const chats = sizeFrom("BENCH_CHATS", 1_500);
const turns = 4;
/** Calls take 10 s, so a third of the chats can be in flight. */
const rate = chats * 2;

await bench({
  name: "chats-1500-at-3000",
  conditions:
    `${chats} chats of 4 turns at ${rate} a minute, calls of 10 s, server and worker running; ` +
    "the middle 80 % of the calls leave out the begin and the end, where too few chats are open. " +
    "BENCH_CHATS sets another number of chats, and twice as many calls a minute.",
  behaviour: { latencyMs: 10_000 },
  async measure({ setUp, stack, server }) {
    await stack.startServerAndWorker();
    const input = await writeInput(setUp, { name: "chats", records: chats, turns });
    await runCliWell(setUp, ["run", input, "-mq", rate.toString()]);
    const calls = [...(await server.calls())].sort((a, b) => a.arrivedAt - b.arrivedAt);
    const middle = calls.slice(Math.floor(calls.length * 0.1), Math.floor(calls.length * 0.9));
    const file = await readCompleted(await waitForCompleted(setUp, "chats", 1_000), {
      records: chats,
    });
    const all = measurePace(calls);
    const use = (measurePace(middle).perMinute / rate) * 100;
    return [
      atLeast({ what: "use of the limit, middle 80 %", measured: use, unit: "%" }, 98),
      busiestMinute(all.maxPerMinute, { rate, minute: "steady" }),
      beside({ what: "use of the limit, all", measured: (all.perMinute / rate) * 100, unit: "%" }),
      beside({ what: "first to last call", measured: all.spanMs / 1_000, unit: "s" }),
      beside({ what: "most calls in flight", measured: mostInFlight(calls) }),
      exactly({ what: "calls", measured: calls.length }, chats * turns),
      ...soundFigures(file, chats),
    ];
  },
});
