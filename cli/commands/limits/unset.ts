import type { CliCommand } from "../../command-line/command.js";
import { exitCodes } from "../../exit-codes.js";
import { requiredArgument } from "../../command-line/required-argument.js";
import { withOstinato } from "../../following/with-ostinato.js";

export const unset: CliCommand = {
  settings: [],
  async run(invocation) {
    const { terminal } = invocation;
    const key = requiredArgument(invocation);
    return await withOstinato(terminal, async (ostinato) => {
      const { unsetLimit } = await import("../../../src/client/limits/limits.js");
      await unsetLimit(ostinato, key);
      terminal.talk(`The cap on ${key} is removed.`);
      return exitCodes.done;
    });
  },
};
