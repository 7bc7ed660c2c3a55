import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { describeResult, resultOf } from "../../bench/lib/cli-process.js";
import { readCompleted, soundResult, waitForCompleted } from "../../bench/lib/completed-file.js";
import { writeInput } from "../../bench/lib/input-file.js";
import { countRepeats } from "../../bench/lib/measure.js";
import { pagesEnd, terminateExperiments, terminatePages } from "../../bench/lib/terminate-pages.js";
import { callsReach, crashScenario } from "../helpers/crash-scenario.js";

const records = 60;

test(
  "the records of a page that a person terminates are sent by another without a repeat, and the pages of a terminated experiment send no further waves",
  { timeout: 300_000 },
  async () => {
    const { setUp, stack, server, ostinato } = await crashScenario({ latencyMs: 3_000 });
    await stack.startServer();
    await stack.startWorker();
    const input = await writeInput(setUp, { name: "terminated", records });
    const run = stack.start("run", input, "-mq", "600");
    await callsReach(server, 20);
    expect(await terminatePages(setUp)).not.toEqual([]);
    const result = await resultOf(run);
    expect(result, describeResult(result)).toMatchObject({ code: 0 });
    const path = await waitForCompleted(setUp, "terminated", 1_000);
    expect(await readCompleted(path, { records })).toEqual(soundResult(path, records));
    expect(countRepeats(await server.calls())).toBe(0);

    await server.change({ latencyMs: 200 });
    const before = (await server.stats()).calls;
    const ended = await writeInput(setUp, { name: "ended", records: 600, firstId: records });
    await ostinato("run", ended, "-mq", "300", "--detach");
    await callsReach(server, before + 10);
    expect(await terminateExperiments(setUp)).toHaveLength(1);
    const { calls } = await server.stats();
    await sleep(10_000);
    // Slots reach 2 s ahead, which are 10 calls, and the server is asked once a second. A page has
    // 60 slices, and would send some 45 more.
    expect((await server.stats()).calls - calls).toBeLessThanOrEqual(35);
    await pagesEnd(setUp);
  },
);

test.each(["runs on", "is killed"])(
  "the pages of a terminated experiment whose folder is deleted end, while the worker %s",
  { timeout: 300_000 },
  async (fate) => {
    const { setUp, stack, server, ostinato } = await crashScenario({ latencyMs: 2_000 });
    await stack.startServer();
    await stack.startWorker();
    const input = await writeInput(setUp, { name: "deleted", records: 600 });
    await ostinato("run", input, "-mq", "300", "--detach");
    await callsReach(server, 10);
    expect(await terminateExperiments(setUp)).toHaveLength(1);
    await rm(join(setUp.dataFolder, "output", "deleted"), { recursive: true });
    if (fate === "is killed") {
      stack.killWorkersForGood();
      await stack.startWorker();
    }
    await pagesEnd(setUp);
  },
);
