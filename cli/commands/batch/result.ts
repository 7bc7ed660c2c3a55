import type { CliCommand } from "../../command-line/command.js";
import { requiredArgument } from "../../command-line/required-argument.js";
import { settingsOf } from "../../command-line/settings-of.js";
import { exitCodes } from "../../exit-codes.js";
import { withOstinato } from "../../following/with-ostinato.js";
import { jsonLine } from "../../output/format/json.js";
import { renderBatchResult, renderBatchMetrics } from "../../output/render/render-batch.js";

const settings = ["dataFolder", "json"] as const;

export const result: CliCommand = {
  settings,
  async run(invocation) {
    const { terminal } = invocation;
    const { dataFolder, json } = settingsOf(invocation, settings);
    const first = requiredArgument(invocation);
    const names = [first, ...invocation.arguments.slice(1)];
    return await withOstinato(terminal, async (ostinato) => {
      const { requireBatchResult } = await import("../../../src/client/batch/read-batch-result.js");
      const found = [];
      for (const name of names) {
        found.push({ name, ...(await requireBatchResult(ostinato, name, { dataFolder })) });
      }
      if (json) {
        for (const each of found) {
          const named = names.length > 1 ? { name: each.name, ...each.json } : each.json;
          await terminal.data(jsonLine(named));
        }
      } else if (found.length > 1) {
        await terminal.data(renderBatchMetrics(found, terminal.dataScreen.columns));
      } else {
        for (const each of found) await terminal.data(renderBatchResult(each.result, each.folder));
      }
      return exitCodes.done;
    });
  },
};
