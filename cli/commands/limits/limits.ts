import type { CliCommand } from "../../command-line/command.js";
import { exitCodes } from "../../exit-codes.js";
import { settingsOf } from "../../command-line/settings-of.js";
import { withOstinato } from "../../following/with-ostinato.js";
import { jsonLine } from "../../output/format/json.js";
import { renderLimits } from "../../output/render/render-limits.js";

export const limits: CliCommand = {
  settings: ["json"],
  async run(invocation) {
    const { terminal } = invocation;
    const { json } = settingsOf(invocation, ["json"]);
    const statuses = await withOstinato(terminal, async (ostinato) => {
      const { listLimits } = await import("../../../src/client/limits/limits.js");
      return await listLimits(ostinato);
    });
    if (json) {
      for (const status of statuses) await terminal.data(jsonLine(status));
    } else if (statuses.length > 0) {
      await terminal.data(renderLimits(statuses, Date.now(), terminal.dataScreen.columns));
    } else {
      terminal.talk("No limit is in use, and no limit has a cap.");
    }
    return exitCodes.done;
  },
};
