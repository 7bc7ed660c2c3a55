import { ensureWorker, experimentStatus } from "../../src/index.js";
import type { CliCommand } from "../command.js";
import { followToEnd } from "../follow-to-end.js";
import { namedExperiment } from "../named-experiment.js";
import { settle } from "../settle.js";
import { withOstinato } from "../with-ostinato.js";

export const follow: CliCommand = {
  settings: ["json"],
  async run(invocation) {
    const name = namedExperiment(invocation);
    const { json } = settle(invocation, ["json"]);
    const { terminal } = invocation;
    return await withOstinato(terminal, async (ostinato) => {
      // A name that is unknown, or an experiment that is over, needs no worker.
      const { finishedAt } = await experimentStatus(ostinato, name);
      const worker =
        finishedAt === undefined
          ? await ensureWorker(ostinato, { name, role: "child", onNotice: terminal.talk })
          : undefined;
      try {
        const started = worker?.started ?? false;
        return await followToEnd({ ostinato, name, json, workerIsOurs: started }, terminal);
      } finally {
        await worker?.stop();
      }
    });
  },
};
