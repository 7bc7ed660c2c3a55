import { readFlags } from "../../src/settings/resolve-settings.js";
import { retryFailed, retrySettingNames } from "../../src/client/start/retry-failed.js";
import type { CliCommand } from "../command-line/command.js";
import { followStarted } from "../following/follow-started.js";
import { namedExperiment } from "../command-line/named-experiment.js";
import { settle } from "../following/settle.js";
import { withOstinato } from "../following/with-ostinato.js";

export const retryFailedRecords: CliCommand = {
  settings: ["dataFolder", ...retrySettingNames, "detach", "json"],
  flagsAlone: true,
  async run(invocation) {
    const experiment = namedExperiment(invocation);
    const { terminal, flags } = invocation;
    const { dataFolder, detach, json } = settle(invocation, ["dataFolder", "detach", "json"]);
    // What is not given stays as it was in the run before.
    const overrides = readFlags(retrySettingNames, { flags, folder: terminal.folder });
    return await withOstinato(terminal, async (ostinato) => {
      const started = await retryFailed(ostinato, experiment, { dataFolder, ...overrides });
      return await followStarted({ ostinato, started, json, detach }, terminal);
    });
  },
};
