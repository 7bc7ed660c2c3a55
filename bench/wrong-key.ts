import { setTimeout as sleep } from "node:timers/promises";
import { bench, rightKey } from "./lib/bench.js";
import { resultOf, runCliWell } from "./lib/cli-process.js";
import { readCompleted, waitForCompleted } from "./lib/completed-file.js";
import { experimentStatus } from "./lib/experiment-status.js";
import { atMost, exactly } from "./lib/figures.js";
import { writeInput } from "./lib/input-file.js";
import { writeAccess } from "./lib/set-up.js";
import { soundFigures } from "./lib/sound-figures.js";

const records = 500;

await bench({
  name: "wrong-key",
  conditions:
    "500 prompts at 600 a minute, calls of 500 ms, refused at once with 401; after 20 s the key is put right in the " +
    "environment file and the experiment resumed.",
  behaviour: { latencyMs: 500 },
  key: "sk-wrong-0123456789",
  async measure({ setUp, stack, server, say }) {
    await stack.startServerAndWorker();
    const input = await writeInput(setUp, { name: "refused", records });
    const refused = await resultOf(stack.start("run", input, "-mq", "600"));
    await sleep(20_000);
    const before = await server.stats();
    const { state, blocked } = await experimentStatus(setUp, "refused");
    say(`${before.calls} calls, state ${state}, blocked: ${JSON.stringify(blocked)}`);
    await writeAccess(setUp, { baseUrl: server.baseUrl, key: rightKey });
    await runCliWell(setUp, ["resume", "refused"]);
    const followed = await resultOf(stack.start("follow", "refused"));
    const path = await waitForCompleted(setUp, "refused", 10_000);
    return [
      atMost({ what: "calls with the wrong key", measured: before.calls }, 40),
      exactly({ what: "exit code of the run", measured: refused.code ?? -1 }, 3),
      exactly({ what: "models that `status` calls blocked", measured: blocked.length }, 1),
      exactly(
        { what: "exit code of the follower after the repair", measured: followed.code ?? -1 },
        0,
      ),
      ...soundFigures(await readCompleted(path, { records }), records),
    ];
  },
});
