import { bench } from "./lib/bench.js";
import { describeResult, resultOf } from "./lib/cli-process.js";
import { atMost, beside, exactly } from "./lib/figures.js";
import { countRepeats, inFlightAt } from "./lib/measure.js";
import { killWorkers } from "./lib/own-processes.js";
import { now, waitUntil } from "./lib/wait-until.js";
import { dropFiles, readWatched } from "./lib/watched-files.js";

const files = 1_000;
const concurrent = 10;
const kills = 3;

await bench({
  name: "watch-1000",
  conditions:
    "1,000 files of one record each, dropped at once into the input folder; `ostinato watch --once --concurrent 10` at " +
    "6,000 a minute, calls of 100 ms; `kill -9` of the worker after a quarter, a half and three quarters of the files.",
  behaviour: { latencyMs: 100 },
  async measure({ setUp, server, stack, say }) {
    await dropFiles(setUp, files);
    const startedAt = now();
    const watch = stack.start(
      ...["watch", "--once", "--concurrent", concurrent.toString(), "-mq", "6000", "--json"],
    );
    let inFlight = 0;
    for (let kill = 1; kill <= kills; kill += 1) {
      const wanted = (files * kill) / (kills + 1);
      await waitUntil(async () => (await server.stats()).calls >= wanted, {
        what: `${wanted} calls`,
        timeoutMs: 3_600_000,
        everyMs: 200,
      });
      killWorkers(setUp);
      const killedAt = now();
      inFlight += inFlightAt(await server.calls(), killedAt);
      say(`worker killed after ${wanted} files`);
    }
    const result = await resultOf(watch);
    const tookS = (now() - startedAt) / 1_000;
    say(`the watch: exit ${String(result.code)}`);
    if (result.code !== 0) say(describeResult(result));
    const watched = await readWatched(setUp, files);
    const calls = await server.calls();
    return [
      exactly({ what: "exit code", measured: result.code ?? -1 }, 0),
      exactly({ what: "files run once, with their answer", measured: watched.sound }, files),
      exactly({ what: "files lost", measured: watched.lost }, 0),
      exactly({ what: "files run twice", measured: watched.twice }, 0),
      exactly({ what: "files left in the input folder", measured: watched.left }, 0),
      atMost({ what: "places out of order", measured: watched.farthest }, concurrent - 1),
      beside({ what: "the same, of the preparations", measured: watched.farthestPrepared }),
      atMost(
        { what: "repeated calls (calls in flight at the kills)", measured: countRepeats(calls) },
        inFlight,
      ),
      beside({ what: "all files", measured: tookS, unit: "s" }),
    ];
  },
});
