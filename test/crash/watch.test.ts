import { expect, test } from "vitest";
import { describeResult, resultOf } from "../../bench/lib/cli-process.js";
import { countRepeats } from "../../bench/lib/measure.js";
import { killServer, killWorkers } from "../../bench/lib/own-processes.js";
import { now } from "../../bench/lib/wait-until.js";
import { dropFiles, readWatched } from "../../bench/lib/watched-files.js";
import { callsReach, crashScenario, mayRepeat } from "../helpers/crash-scenario.js";

const files = 24;
const concurrent = 6;

test(
  "files that are dropped at once are all run once, in order, over two kills of the worker and one of the server",
  { timeout: 300_000 },
  async () => {
    const { setUp, stack, server } = await crashScenario({ latencyMs: 100 });
    await dropFiles(setUp, files);
    const watch = stack.start(
      ...["watch", "--once", "--concurrent", concurrent.toString(), "-mq", "6000"],
    );
    const killedAt: number[] = [];
    for (const wanted of [6, 16]) {
      await callsReach(server, wanted);
      killWorkers(setUp);
      if (wanted === 16) killServer(setUp);
      killedAt.push(now());
    }
    const result = await resultOf(watch);
    expect(result, describeResult(result)).toMatchObject({ code: 0 });
    expect(result.stderr).toContain(`${files} experiments have ended`);
    const watched = await readWatched(setUp, files);
    expect(watched).toMatchObject({ sound: files, lost: 0, twice: 0, left: 0 });
    expect(watched.farthest).toBeLessThan(concurrent);
    const calls = await server.calls();
    expect(countRepeats(calls)).toBeLessThanOrEqual(mayRepeat(calls, ...killedAt));
  },
);
