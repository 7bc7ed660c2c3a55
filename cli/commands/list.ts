import type { CliCommand } from "../command-line/command.js";
import { exitCodes } from "../exit-codes.js";
import { jsonLine } from "../output/format/json.js";
import { renderList } from "../output/render/render-list.js";
import { settingsOf } from "../command-line/settings-of.js";
import { withOstinato } from "../following/with-ostinato.js";

const settings = ["dataFolder", "json"] as const;

export const list: CliCommand = {
  settings,
  async run(invocation) {
    const { dataFolder, json } = settingsOf(invocation, settings);
    const { terminal } = invocation;
    const summaries = await withOstinato(terminal, async (ostinato) => {
      const { listExperiments } = await import("../../src/client/status/list-experiments.js");
      return await listExperiments(ostinato, { dataFolder, onNotice: terminal.talk });
    });
    if (json) {
      for (const summary of summaries) await terminal.data(jsonLine(summary));
    } else if (summaries.length > 0) {
      await terminal.data(renderList(summaries, Date.now()));
    } else {
      terminal.talk("There are no experiments yet. Start one with `ostinato run FILE`.");
    }
    return exitCodes.done;
  },
};
