import type { CliCommand } from "../../command-line/command.js";
import { countFlag } from "../../command-line/count-flag.js";
import { requiredArgument } from "../../command-line/required-argument.js";
import { settingsOf } from "../../command-line/settings-of.js";
import { exitCodes } from "../../exit-codes.js";
import { withOstinato } from "../../following/with-ostinato.js";
import { jsonLine } from "../../output/format/json.js";
import { renderBatchLines } from "../../output/render/render-batch.js";
import { shownLine } from "./shown-line.js";

const settings = ["dataFolder", "json"] as const;
const defaultLines = 20;

export const details: CliCommand = {
  settings,
  flags: [
    {
      flag: "--max-lines",
      takes: "N",
      description: `show so many lines (default: ${defaultLines}, and all with --json)`,
    },
  ],
  async run(invocation) {
    const { terminal } = invocation;
    const { dataFolder, json } = settingsOf(invocation, settings);
    const name = requiredArgument(invocation);
    return await withOstinato(terminal, async (ostinato) => {
      const { readBatchDetails } = await import("../../../src/client/batch/read-batch-result.js");
      const given = countFlag(invocation, "max-lines");
      const most = given ?? (json ? Number.POSITIVE_INFINITY : defaultLines);
      const shown = [];
      let count = 0;
      for await (const each of readBatchDetails(ostinato, name, { dataFolder })) {
        count += 1;
        if (count > most) continue;
        const line = shownLine(each);
        if (json) await terminal.data(jsonLine(line));
        else shown.push(line);
      }
      if (!json) await terminal.data(renderBatchLines(shown, count, terminal.dataScreen.columns));
      return exitCodes.done;
    });
  },
};
