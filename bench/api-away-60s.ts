import { setTimeout as sleep } from "node:timers/promises";
import { bench, rightKey } from "./lib/bench.js";
import { describeResult, resultOf } from "./lib/cli-process.js";
import { readCompleted, waitForCompleted } from "./lib/completed-file.js";
import { atMost, exactly } from "./lib/figures.js";
import { writeInput } from "./lib/input-file.js";
import { callsBetween, measurePace, paceReturnedAfter } from "./lib/measure.js";
import { soundFigures } from "./lib/sound-figures.js";
import { now, waitUntil } from "./lib/wait-until.js";

const records = 600;
const requestsPerMinute = 300;
const latencyMs = 500;
const awayForMs = 60_000;

await bench({
  name: "api-away-60s",
  conditions:
    "600 prompts at 300 a minute, calls of 500 ms; after 200 calls nobody listens at the API's port for 60 s, and open " +
    "connections are cut.",
  behaviour: { latencyMs },
  async measure({ setUp, stack, server, say }) {
    await stack.startServerAndWorker();
    const input = await writeInput(setUp, { name: "away", records });
    const command = stack.start("run", input, "-mq", requestsPerMinute.toString());
    await waitUntil(async () => (await server.stats()).calls >= 200, {
      what: "200 calls",
      timeoutMs: 120_000,
    });
    await server.change({ latencyMs, key: rightKey, awayForMs });
    const awayAt = now();
    say("the port is closed");
    await sleep(awayForMs + 500);
    const backAt = awayAt + awayForMs;
    say("the port is open again");
    const result = await resultOf(command);
    say(describeResult(result));
    const calls = await server.calls();
    const after = callsBetween(calls, backAt, Infinity);
    const answered = calls.filter(({ status }) => status === 200);
    const sinceMs = backAt;
    const returned = paceReturnedAfter(calls, { sinceMs, requestsPerMinute }) ?? Infinity;
    const path = await waitForCompleted(setUp, "away", 10_000);
    return [
      exactly({ what: "exit code of the run", measured: result.code ?? -1 }, 0),
      ...soundFigures(await readCompleted(path, { records }), records),
      exactly(
        { what: "answered calls beyond one a record", measured: answered.length - records },
        0,
      ),
      atMost(
        { what: "full pace after the port was open", measured: returned / 1_000, unit: "s" },
        15,
      ),
      atMost(
        { what: "most calls in a second after it", measured: measurePace(after).maxPerSecond },
        7,
      ),
    ];
  },
});
