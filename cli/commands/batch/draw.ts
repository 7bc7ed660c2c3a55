import { defined } from "../../../src/domain/defined.js";
import type { CliCommand } from "../../command-line/command.js";
import { requiredArgument } from "../../command-line/required-argument.js";
import { settingsOf } from "../../command-line/settings-of.js";
import { textFlag } from "../../command-line/text-flag.js";
import { exitCodes } from "../../exit-codes.js";
import { stepsOf } from "../../following/steps-of.js";
import { batchSettingsOf, flowFlags } from "./batch-flags.js";

const settings = ["dataFolder", "providers"] as const;

export const draw: CliCommand = {
  settings,
  flags: [
    { flag: "--live", takes: "NAME", description: "put the counts of this run into the graph" },
    ...flowFlags,
  ],
  async run(invocation) {
    const { terminal } = invocation;
    const { dataFolder, providers } = settingsOf(invocation, settings);
    const name = textFlag(invocation, "live");
    const of = "flow" as const;
    const live = name === undefined ? undefined : await stepsOf(name, { dataFolder, terminal, of });
    const { drawBatch } = await import("../../../src/client/batch/draw-batch.js");
    const text = await drawBatch(requiredArgument(invocation), {
      ...batchSettingsOf(invocation),
      ...defined({ providers, live }),
    });
    await terminal.data(text.trimEnd());
    return exitCodes.done;
  },
};
