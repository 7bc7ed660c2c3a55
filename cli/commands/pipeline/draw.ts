import { defined } from "../../../src/domain/defined.js";
import type { CliCommand } from "../../command-line/command.js";
import { requiredArgument } from "../../command-line/required-argument.js";
import { settingsOf } from "../../command-line/settings-of.js";
import { textFlag } from "../../command-line/text-flag.js";
import { exitCodes } from "../../exit-codes.js";
import { dataFlag, definitionFlags, definitionOptions } from "./definition-flags.js";

const settings = ["providers"] as const;

export const draw: CliCommand = {
  settings,
  flags: [dataFlag, ...definitionFlags],
  async run(invocation) {
    const { terminal } = invocation;
    const { providers } = settingsOf(invocation, settings);
    const { drawPipeline } = await import("../../../src/client/pipeline/inspect-pipeline.js");
    const text = await drawPipeline(requiredArgument(invocation), {
      ...definitionOptions(invocation),
      ...defined({ dataset: textFlag(invocation, "data"), providers }),
    });
    await terminal.data(text.trimEnd());
    return exitCodes.done;
  },
};
