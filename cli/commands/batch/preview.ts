import type { CliCommand } from "../../command-line/command.js";
import { countFlag } from "../../command-line/count-flag.js";
import { requiredArgument } from "../../command-line/required-argument.js";
import { settingsOf } from "../../command-line/settings-of.js";
import { exitCodes } from "../../exit-codes.js";
import { withOstinato } from "../../following/with-ostinato.js";
import { jsonLine } from "../../output/format/json.js";
import { renderPreviewLine } from "../../output/render/render-dry-line.js";
import { batchFlags, batchSettingsOf } from "./batch-flags.js";
import { rowSettingNames } from "../../command-line/row-settings.js";
import { shownLine } from "./shown-line.js";

const settingNames = [...rowSettingNames, "json"] as const;
const left: readonly string[] = ["--max-lines", "--output", "--resume-from"];

export const preview: CliCommand = {
  settings: settingNames,
  flags: [
    { flag: "--lines", takes: "N", description: "number of lines, from the first (default: 5)" },
    ...batchFlags.filter(({ flag }) => !left.includes(flag)),
  ],
  async run(invocation) {
    const { terminal } = invocation;
    const { json, ...values } = settingsOf(invocation, settingNames);
    const maxLines = countFlag(invocation, "lines") ?? 5;
    return await withOstinato(terminal, async (ostinato) => {
      const { startBatch } = await import("../../../src/client/batch/start-batch.js");
      const settings = { ...values, ...batchSettingsOf(invocation), maxLines };
      const started = await startBatch(ostinato, requiredArgument(invocation), settings);
      started.notices.forEach(terminal.talk);
      const quiet = { ...terminal, data: async () => undefined };
      const { followStarted } = await import("../../following/follow-started.js");
      const { dataFolder } = values;
      const following = { ostinato, started, json: false, detach: false, dataFolder };
      const code = await followStarted(following, quiet);
      if (code !== exitCodes.done && code !== exitCodes.someFailed) return code;
      const { readBatchDetails } = await import("../../../src/client/batch/read-batch-result.js");
      for await (const line of readBatchDetails(ostinato, started.name, { dataFolder })) {
        const shown = shownLine(line);
        await terminal.data(json ? jsonLine(shown) : renderPreviewLine(shown));
      }
      return code;
    });
  },
};
