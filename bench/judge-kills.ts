import { bench } from "./lib/bench.js";
import { describeResult, resultOf } from "./lib/cli-process.js";
import { readCompleted, waitForCompleted } from "./lib/completed-file.js";
import { crash } from "./lib/crash.js";
import { atMost, exactly } from "./lib/figures.js";
import { writeInput } from "./lib/input-file.js";
import { readVerdicts, verdictsOfRecord, writeJudges } from "./lib/judge-run.js";
import { inFlightAt, measurePace } from "./lib/measure.js";
import { busiestMinute } from "./lib/pace-figures.js";
import { soundFigures } from "./lib/sound-figures.js";
import { waitUntil } from "./lib/wait-until.js";

const records = 1_000;
const rate = 3_000;
const kills = 3;
const name = "judged";

await bench({
  name: "judge-kills",
  conditions:
    "1,000 answers judged by 2 judges with 2 templates at 3,000 a minute, calls of 500 ms; `kill -9` of the worker after " +
    "a quarter, a half and three quarters of the verdicts.",
  behaviour: { latencyMs: 500 },
  async measure({ setUp, stack, server, say }) {
    const expected = records * verdictsOfRecord;
    const input = await writeInput(setUp, { name, records });
    const judging = await writeJudges(setUp);
    const command = stack.start("run", input, "-mq", rate.toString(), ...judging);
    const killedAt: number[] = [];
    for (let kill = 1; kill <= kills; kill += 1) {
      const wanted = records + (expected * kill) / (kills + 1);
      await waitUntil(async () => (await server.stats()).calls >= wanted, {
        what: `${wanted} calls`,
        timeoutMs: 300_000,
      });
      killedAt.push((await crash({ stack, name, command }, "worker")).killedAt);
      say(`worker killed after ${wanted} calls`);
    }
    const result = await resultOf(command);
    if (result.code !== 0) say(describeResult(result));
    const calls = await server.calls();
    const path = await waitForCompleted(setUp, `judge-${name}`, 60_000);
    const { verdicts, twice, lost, wrong } = await readVerdicts(path, records);
    const answers = await readCompleted(await waitForCompleted(setUp, name, 1_000), { records });
    const inFlight = killedAt.reduce((sum, at) => sum + inFlightAt(calls, at), 0);
    return [
      exactly({ what: "kills while the judges were asked", measured: killedAt.length }, kills),
      exactly({ what: "verdicts", measured: verdicts }, expected),
      exactly({ what: "verdicts twice", measured: twice }, 0),
      exactly({ what: "verdicts lost", measured: lost }, 0),
      exactly({ what: "verdicts that are none or another record's", measured: wrong }, 0),
      ...soundFigures(answers, records),
      atMost(
        {
          what: "repeated calls (calls in flight at the kills)",
          measured: calls.length - records - expected,
        },
        inFlight,
      ),
      busiestMinute(measurePace(calls).maxPerMinute, { rate, minute: "disturbed" }),
    ];
  },
});
