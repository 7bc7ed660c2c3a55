import { defined } from "../../../src/domain/defined.js";
import type { CliCommand } from "../../command-line/command.js";
import { requiredArgument } from "../../command-line/required-argument.js";
import { settingsOf } from "../../command-line/settings-of.js";
import { countFlag } from "../../command-line/count-flag.js";
import { textFlag } from "../../command-line/text-flag.js";
import { dataFlag, definitionFlags, definitionOptions } from "./definition-flags.js";
import { pipelineSettingNames } from "./pipeline-settings.js";
import { withOstinato } from "../../following/with-ostinato.js";

const settingNames = [...pipelineSettingNames, "detach", "json"] as const;

export const run: CliCommand = {
  settings: settingNames,
  flags: [
    dataFlag,
    { flag: "--no-reuse", description: "ask again what earlier runs have answers for" },
    { flag: "--window", takes: "N", description: "maximum number of rows under way" },
    ...definitionFlags,
  ],
  async run(invocation) {
    const { terminal } = invocation;
    const { json, detach, ...values } = settingsOf(invocation, settingNames);
    return await withOstinato(terminal, async (ostinato) => {
      const { startPipeline } = await import("../../../src/client/pipeline/start-pipeline.js");
      const { readDefinition } = await import("../../../src/client/pipeline/read-definition.js");
      const given = await readDefinition(
        requiredArgument(invocation),
        definitionOptions(invocation),
      );
      const dataset = textFlag(invocation, "data");
      const window = countFlag(invocation, "window");
      // A negative flag is false when it is given.
      const reuse = invocation.ownFlags["no-reuse"] !== false;
      const settings = { ...values, reuse, ...defined({ dataset, window }) };
      const started = await startPipeline(ostinato, given, settings);
      const { followStarted } = await import("../../following/follow-started.js");
      return await followStarted({ ostinato, started, json, detach }, terminal);
    });
  },
};
