import { setTimeout as sleep } from "node:timers/promises";
import { bench } from "./lib/bench.js";
import { resultOf } from "./lib/cli-process.js";
import { readCompleted, waitForCompleted } from "./lib/completed-file.js";
import { beside, exactly } from "./lib/figures.js";
import { writeInput } from "./lib/input-file.js";
import { countRepeats, paceReturnedAfter } from "./lib/measure.js";
import { soundFigures } from "./lib/sound-figures.js";
import { terminatePages } from "./lib/terminate-pages.js";
import { now } from "./lib/wait-until.js";

const records = 600;
const rate = 600;

await bench({
  name: "terminated-page",
  conditions:
    "600 prompts at 600 a minute, calls of 5 s; after 20 s every page that runs is terminated as in the Web UI.",
  behaviour: { latencyMs: 5_000 },
  async measure({ setUp, stack, server, say }) {
    await stack.startServerAndWorker();
    const input = await writeInput(setUp, { name: "terminated", records });
    const run = stack.start("run", input, "-mq", rate.toString());
    await sleep(20_000);
    const sinceMs = now();
    const pages = await terminatePages(setUp);
    say(`terminated ${pages.join(", ")}`);
    const { code, tookMs } = await resultOf(run);
    const calls = await server.calls();
    const path = await waitForCompleted(setUp, "terminated", 10_000);
    const pace = paceReturnedAfter(calls, { sinceMs, requestsPerMinute: rate });
    return [
      exactly({ what: "repeated calls", measured: countRepeats(calls) }, 0),
      exactly({ what: "exit code of the run, which went on by itself", measured: code ?? -1 }, 0),
      beside({ what: "full pace after it", measured: (pace ?? Infinity) / 1_000, unit: "s" }),
      beside({ what: "whole run", measured: tookMs / 1_000, unit: "s" }),
      ...soundFigures(await readCompleted(path, { records }), records),
    ];
  },
});
