import { readFlags } from "../../../src/settings/resolve-settings.js";
import { retrySettingNames } from "../../../src/settings/options/options.js";
import type { CliCommand } from "../../command-line/command.js";
import { requiredArgument } from "../../command-line/required-argument.js";
import { settingsOf } from "../../command-line/settings-of.js";
import { withOstinato } from "../../following/with-ostinato.js";

export const retryFailedRecords: CliCommand = {
  settings: ["dataFolder", ...retrySettingNames, "detach", "json"],
  flagsAlone: true,
  note: "What you do not give is as in the earlier run.",
  async run(invocation) {
    const experiment = requiredArgument(invocation);
    const { terminal, flags } = invocation;
    const { dataFolder, detach, json } = settingsOf(invocation, ["dataFolder", "detach", "json"]);
    // Missing settings stay as in the previous run.
    const overrides = readFlags(retrySettingNames, { flags, folder: terminal.folder });
    return await withOstinato(terminal, async (ostinato) => {
      const { retryFailed } = await import("../../../src/client/start/retry-failed.js");
      const { followStarted } = await import("../../following/follow-started.js");
      const { sayPlan } = await import("../../following/say-plan.js");
      const started = await retryFailed(ostinato, experiment, {
        dataFolder,
        ...overrides,
        onPlan: async (plan) => sayPlan(plan, { json, terminal }),
      });
      return await followStarted({ ostinato, started, json, detach }, terminal);
    });
  },
};
