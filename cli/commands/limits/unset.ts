import { readFlags } from "../../../src/settings/resolve-settings.js";
import type { CliCommand } from "../../command-line/command.js";
import { exitCodes } from "../../exit-codes.js";
import { requiredArgument } from "../../command-line/required-argument.js";
import { withOstinato } from "../../following/with-ostinato.js";
import { jsonLine } from "../../output/format/json.js";

export const unset: CliCommand = {
  settings: ["json"],
  flagsAlone: true,
  async run(invocation) {
    const { flags, terminal } = invocation;
    const { json = false } = readFlags(["json"], { flags, folder: terminal.folder });
    const key = requiredArgument(invocation);
    return await withOstinato(terminal, async (ostinato) => {
      const { unsetLimit } = await import("../../../src/client/limits/limits.js");
      await unsetLimit(ostinato, key);
      if (json) await terminal.data(jsonLine({ key, cap: {} }));
      else terminal.talk(`The cap on ${key} is removed.`);
      return exitCodes.done;
    });
  },
};
