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
      const { findWatch, watchedFolderOf } =
        await import("../../../src/client/watch/find-watch.js");
      const dataFolder = await watchedFolderOf({ dataFolder: folder }, ostinato.env);
      const { followWatchToEnd } = await import("../../following/follow-watch-to-end.js");
      const toEnd = async (atWork: AtWork) =>
        await followWatchToEnd({ ostinato, dataFolder, json, isNew: false, ...atWork }, terminal);
      // An ended watch needs no worker. Its status is not asked for: while no worker runs, nobody
      // would answer.
      const found = await findWatch(ostinato, dataFolder);
      if (found?.open !== true) return await toEnd(noWorker);
      const { workflowId: watchId } = found;
      return await withWorker(ostinato, { watchId, dataFolder, role: "child", terminal }, toEnd);
    });
  },
};
