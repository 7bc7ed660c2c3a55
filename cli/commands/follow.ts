import { experimentStatus } from "../../src/client/status/experiment-status.js";
import type { CliCommand } from "../command-line/command.js";
import { followToEnd } from "../following/follow-to-end.js";
import { namedExperiment } from "../command-line/named-experiment.js";
import { settle } from "../following/settle.js";
import { withOstinato } from "../following/with-ostinato.js";
import { noWorker, withWorker } from "../following/with-worker.js";
import type { AtWork } from "../following/with-worker.js";

const settings = ["dataFolder", "json"] as const;

export const follow: CliCommand = {
  settings,
  async run(invocation) {
    const name = namedExperiment(invocation);
    const { dataFolder, json } = settle(invocation, settings);
    const { terminal } = invocation;
    return await withOstinato(terminal, async (ostinato) => {
      const toEnd = async (atWork: AtWork) =>
        await followToEnd({ ostinato, name, dataFolder, json, ...atWork }, terminal);
      // A name that is unknown, or an experiment that is over, needs no worker.
      const { finishedAt } = await experimentStatus(ostinato, name, { dataFolder });
      if (finishedAt !== undefined) return await toEnd(noWorker);
      return await withWorker(ostinato, { name, role: "child", terminal }, toEnd);
    });
  },
};
