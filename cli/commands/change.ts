import { defined } from "../../src/domain/defined.js";
import { readFlags } from "../../src/settings/resolve-settings.js";
import { changeExperiment } from "../../src/client/steer/steer-experiment.js";
import type { CliCommand } from "../command-line/command.js";
import { exitCodes } from "../exit-codes.js";
import { namedExperiment } from "../command-line/named-experiment.js";
import { textFlag } from "../command-line/text-flag.js";
import { withOstinato } from "../following/with-ostinato.js";

const paces = ["requestsPerMinute", "inFlight", "priority"] as const;

export const change: CliCommand = {
  settings: paces,
  flagsAlone: true,
  flags: [{ flag: "--group", takes: "GROUP", description: "change this group alone" }],
  async run(invocation) {
    const name = namedExperiment(invocation);
    const { terminal, flags } = invocation;
    const group = textFlag(invocation, "group");
    const given = readFlags(paces, { flags, folder: terminal.folder });
    return await withOstinato(terminal, async (ostinato) => {
      await changeExperiment(ostinato, name, { ...given, ...defined({ group }) });
      terminal.talk(`${name} changes its pace within seconds.`);
      return exitCodes.done;
    });
  },
};
