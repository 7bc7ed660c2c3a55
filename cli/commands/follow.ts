import { ensureWorker, experimentStatus } from "../../src/index.js";
import type { CliCommand } from "../command.js";
import { followToEnd } from "../follow-to-end.js";
import { namedExperiment } from "../named-experiment.js";
import { settle } from "../settle.js";
import { withOstinato } from "../with-ostinato.js";

export const follow: CliCommand = {
  settings: ["dataFolder", "json"],
  async run(invocation) {
    const name = namedExperiment(invocation);
    const { dataFolder, json } = settle(invocation, ["dataFolder", "json"]);
    const { terminal } = invocation;
    return await withOstinato(terminal, async (ostinato) => {
      // A name that is unknown, or an experiment that is over, needs no worker.
      const { finishedAt } = await experimentStatus(ostinato, name, { dataFolder });
      const worker =
        finishedAt === undefined
          ? await ensureWorker(ostinato, { name, role: "child", onNotice: terminal.talk })
          : undefined;
      try {
        const started = worker?.started ?? false;
        return await followToEnd(
          { ostinato, name, dataFolder, json, workerIsOurs: started },
          terminal,
        );
      } finally {
        await worker?.stop();
      }
    });
  },
};
