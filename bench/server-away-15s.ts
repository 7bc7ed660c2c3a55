import { setTimeout as sleep } from "node:timers/promises";
import { bench } from "./lib/bench.js";
import { runCliWell } from "./lib/cli-process.js";
import { readCompleted, waitForCompleted } from "./lib/completed-file.js";
import { beside, exactly } from "./lib/figures.js";
import { writeInput } from "./lib/input-file.js";
import {
  callsBetween,
  countRepeats,
  inFlightAt,
  measurePace,
  paceReturnedAfter,
} from "./lib/measure.js";
import { busiestMinute, returnOfPace } from "./lib/pace-figures.js";
import { soundFigures } from "./lib/sound-figures.js";
import { now } from "./lib/wait-until.js";

const records = 600;
const rate = 600;

await bench({
  name: "server-away-15s",
  conditions:
    "600 prompts at 600 a minute, calls of 20 s; the server killed after 25 s and started again 15 s later, the worker " +
    "alive all the time, no command following.",
  behaviour: { latencyMs: 20_000 },
  async measure({ setUp, stack, server, say }) {
    await stack.startServerAndWorker();
    const input = await writeInput(setUp, { name: "away", records });
    await runCliWell(setUp, ["run", input, "-mq", rate.toString(), "--detach"]);
    await sleep(25_000);
    const killedAt = now();
    stack.killServer();
    say("server killed");
    await sleep(15_000);
    const sinceMs = now();
    await stack.restartServer();
    say("server started again");
    const path = await waitForCompleted(setUp, "away", 180_000);
    const calls = await server.calls();
    const file = await readCompleted(path, { records });
    const pace = paceReturnedAfter(calls, { sinceMs, requestsPerMinute: rate });
    return [
      exactly({ what: "repeated calls", measured: countRepeats(calls) }, 0),
      beside({ what: "calls in flight at the kill", measured: inFlightAt(calls, killedAt) }),
      beside({
        what: "calls sent while it was away",
        measured: callsBetween(calls, killedAt, sinceMs).length,
      }),
      returnOfPace(pace),
      busiestMinute(measurePace(calls).maxPerMinute, { rate, minute: "disturbed" }),
      ...soundFigures(file, records),
    ];
  },
});
