import { defined } from "../../../src/domain/defined.js";
import type { CliCommand } from "../../command-line/command.js";
import { requiredArgument } from "../../command-line/required-argument.js";
import { settingsOf } from "../../command-line/settings-of.js";
import { textFlag } from "../../command-line/text-flag.js";
import { stepsOf } from "../../following/steps-of.js";
import { exitCodes } from "../../exit-codes.js";
import { dataFlag, definitionFlags, definitionOptions } from "./definition-flags.js";

const settings = ["dataFolder", "providers"] as const;

export const draw: CliCommand = {
  settings,
  flags: [
    { flag: "--live", takes: "NAME", description: "put the counts of this run into the graph" },
    dataFlag,
    ...definitionFlags,
  ],
  async run(invocation) {
    const { terminal } = invocation;
    const { dataFolder, providers } = settingsOf(invocation, settings);
    const name = textFlag(invocation, "live");
    const live =
      name === undefined
        ? undefined
        : await stepsOf(name, { dataFolder, terminal, of: "pipeline" });
    const { drawPipeline } = await import("../../../src/client/pipeline/inspect-pipeline.js");
    const text = await drawPipeline(requiredArgument(invocation), {
      ...definitionOptions(invocation),
      ...defined({ dataset: textFlag(invocation, "data"), providers, live }),
    });
    await terminal.data(text.trimEnd());
    return exitCodes.done;
  },
};
