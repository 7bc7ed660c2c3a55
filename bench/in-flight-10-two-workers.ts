import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { bench } from "./lib/bench.js";
import { runCliWell } from "./lib/cli-process.js";
import { atLeast, atMost, exactly } from "./lib/figures.js";
import { writeInput } from "./lib/input-file.js";
import { countRepeats, measurePace, mostInFlight } from "./lib/measure.js";
import type { SetUp } from "./lib/set-up.js";

const records = 60;
const cap = 10;

await bench({
  name: "in-flight-10-two-workers",
  conditions:
    "60 prompts at 600 a minute with at most 10 calls in flight, calls of 20 s, two worker processes.",
  behaviour: { latencyMs: 20_000 },
  async measure({ setUp, stack, server }) {
    await stack.startServerAndWorker();
    await stack.startWorker();
    const input = await writeInput(setUp, { name: "capped", records });
    const args = ["run", input, "-mq", "600", "--in-flight", cap.toString()];
    await runCliWell(setUp, args);
    const calls = await server.calls();
    const fewestS = (records / cap - 1) * 20;
    const spanS = measurePace(calls).spanMs / 1_000;
    return [
      atMost({ what: "most calls in flight", measured: mostInFlight(calls) }, cap),
      atLeast({ what: "use of the cap", measured: (fewestS / spanS) * 100, unit: "%" }, 90),
      exactly({ what: "processes that sent", measured: await countSenders(setUp) }, 2),
      exactly({ what: "calls", measured: calls.length }, records),
      exactly({ what: "repeated calls", measured: countRepeats(calls) }, 0),
    ];
  },
});

/** Counts the outcome logs, because each sending process has its own. */
async function countSenders(setUp: SetUp): Promise<number> {
  const output = join(setUp.dataFolder, "output", "capped");
  const files = await readdir(output, { recursive: true });
  return files.filter((file) => file.startsWith(".") && file.endsWith(".jsonl")).length;
}
