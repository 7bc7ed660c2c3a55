import { defined } from "../../../src/domain/defined.js";
import { runSettingNames } from "../../../src/settings/options/options.js";
import type { CliCommand } from "../../command-line/command.js";
import { requiredArgument } from "../../command-line/required-argument.js";
import { settingsOf } from "../../command-line/settings-of.js";
import { textFlag } from "../../command-line/text-flag.js";
import { dataFlag, definitionFlags, definitionOptions } from "./definition-flags.js";
import { withOstinato } from "../../following/with-ostinato.js";

const settings = [...runSettingNames.filter((name) => name !== "file"), "detach", "json"] as const;

export const run: CliCommand = {
  settings,
  flags: [
    dataFlag,
    { flag: "--window", takes: "N", description: "maximum number of rows under way" },
    ...definitionFlags,
  ],
  async run(invocation) {
    const { terminal } = invocation;
    const { json, detach, ...values } = settingsOf(invocation, settings);
    return await withOstinato(terminal, async (ostinato) => {
      const { startPipeline } = await import("../../../src/client/pipeline/start-pipeline.js");
      const { readDefinition } = await import("../../../src/client/pipeline/read-definition.js");
      const given = await readDefinition(
        requiredArgument(invocation),
        definitionOptions(invocation),
      );
      const dataset = textFlag(invocation, "data");
      const started = await startPipeline(ostinato, given, { ...values, ...defined({ dataset }) });
      const { followStarted } = await import("../../following/follow-started.js");
      return await followStarted({ ostinato, started, json, detach }, terminal);
    });
  },
};
