import type { CliCommand } from "../../command-line/command.js";
import { settingsOf } from "../../command-line/settings-of.js";
import { withOstinato } from "../../following/with-ostinato.js";
import { noWorker, withWorker } from "../../following/with-worker.js";
import type { AtWork } from "../../following/with-worker.js";

const settings = ["dataFolder", "json"] as const;

export const follow: CliCommand = {
  settings,
  async run(invocation) {
    const { terminal } = invocation;
    const { dataFolder: folder, json } = settingsOf(invocation, settings);
    return await withOstinato(terminal, async (ostinato) => {
      const { watchStatus } = await import("../../../src/client/watch/watch-status.js");
      const status = await watchStatus(ostinato, { dataFolder: folder });
      const { dataFolder, workflowId: watchId, finishedAt } = status;
      const { followWatchToEnd } = await import("../../following/follow-watch-to-end.js");
      const toEnd = async (atWork: AtWork) =>
        await followWatchToEnd({ ostinato, dataFolder, json, isNew: false, ...atWork }, terminal);
      // An ended watch needs no worker.
      if (finishedAt !== undefined) return await toEnd(noWorker);
      return await withWorker(ostinato, { watchId, dataFolder, role: "child", terminal }, toEnd);
    });
  },
};
