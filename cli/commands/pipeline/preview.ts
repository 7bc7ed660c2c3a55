import { defined } from "../../../src/domain/defined.js";
import type { CliCommand } from "../../command-line/command.js";
import { countFlag } from "../../command-line/count-flag.js";
import { requiredArgument } from "../../command-line/required-argument.js";
import { settingsOf } from "../../command-line/settings-of.js";
import { textFlag } from "../../command-line/text-flag.js";
import { exitCodes } from "../../exit-codes.js";
import { withOstinato } from "../../following/with-ostinato.js";
import { renderPreviewRow } from "../../output/render/render-preview-row.js";
import { dataFlag, definitionFlags, definitionOptions } from "./definition-flags.js";
import { rowSettingNames } from "../../command-line/row-settings.js";

const settingNames = [...rowSettingNames, "json"] as const;

export const preview: CliCommand = {
  settings: settingNames,
  flags: [
    { flag: "--rows", takes: "N", description: "number of rows, from the first (default: 5)" },
    dataFlag,
    ...definitionFlags,
  ],
  async run(invocation) {
    const { terminal } = invocation;
    const { json, ...values } = settingsOf(invocation, settingNames);
    return await withOstinato(terminal, async (ostinato) => {
      const { startPipeline } = await import("../../../src/client/pipeline/start-pipeline.js");
      const { readDefinition } = await import("../../../src/client/pipeline/read-definition.js");
      const given = await readDefinition(
        requiredArgument(invocation),
        definitionOptions(invocation),
      );
      const first = countFlag(invocation, "rows") ?? 5;
      const dataset = textFlag(invocation, "data");
      const started = await startPipeline(ostinato, given, {
        ...values,
        first,
        ...defined({ dataset }),
      });
      const quiet = { ...terminal, data: async () => undefined };
      const { followStarted } = await import("../../following/follow-started.js");
      const { dataFolder } = values;
      const following = { ostinato, started, json: false, detach: false, dataFolder };
      const code = await followStarted(following, quiet);
      if (code !== exitCodes.done && code !== exitCodes.someFailed) return code;
      const { readExperimentResults } =
        await import("../../../src/client/answers/read-experiment-results.js");
      let number = 0;
      for await (const line of readExperimentResults(ostinato, started.name, { dataFolder })) {
        number += 1;
        await terminal.data(json ? line : renderPreviewRow(line, number));
      }
      return code;
    });
  },
};
