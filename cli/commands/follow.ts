import type { CliCommand } from "../command-line/command.js";
import { requiredArgument } from "../command-line/required-argument.js";
import { settingsOf } from "../command-line/settings-of.js";
import { withOstinato } from "../following/with-ostinato.js";
import { noWorker, withWorker } from "../following/with-worker.js";
import type { AtWork } from "../following/with-worker.js";

const settings = ["dataFolder", "json"] as const;

export const follow: CliCommand = {
  settings,
  async run(invocation) {
    const name = requiredArgument(invocation);
    const { dataFolder, json } = settingsOf(invocation, settings);
    const { terminal } = invocation;
    return await withOstinato(terminal, async (ostinato) => {
      const { findExperiment } = await import("../../src/client/status/find-experiment.js");
      const { followToEnd } = await import("../following/follow-to-end.js");
      const toEnd = async (atWork: AtWork) =>
        await followToEnd({ ostinato, name, dataFolder, json, ...atWork }, terminal);
      // An unknown name or an ended experiment needs no worker. Its status is not asked for: while no
      // worker runs, nobody would answer.
      const found = await findExperiment(ostinato.client, name);
      if (found?.open !== true) return await toEnd(noWorker);
      return await withWorker(ostinato, { name, role: "child", terminal }, toEnd);
    });
  },
};
