import { defined } from "../../../src/domain/defined.js";
import { readFlags } from "../../../src/settings/resolve-settings.js";
import type { CliCommand } from "../../command-line/command.js";
import { exitCodes } from "../../exit-codes.js";
import { requiredArgument } from "../../command-line/required-argument.js";
import { textFlag } from "../../command-line/text-flag.js";
import { withOstinato } from "../../following/with-ostinato.js";
import { keptText } from "../../output/format/kept-text.js";

const changes = ["requestsPerMinute", "inFlight", "priority", "maxCost"] as const;

export const change: CliCommand = {
  settings: changes,
  flagsAlone: true,
  note: "What you do not give stays as it is.",
  descriptions: { maxCost: "dollars that the experiment may spend in all, from its start" },
  flags: [
    { flag: "--group", takes: "GROUP", description: "group to change (default: all groups)" },
  ],
  async run(invocation) {
    const name = requiredArgument(invocation);
    const { terminal, flags } = invocation;
    const group = textFlag(invocation, "group");
    const given = readFlags(changes, { flags, folder: terminal.folder });
    return await withOstinato(terminal, async (ostinato) => {
      const { changeExperiment } = await import("../../../src/client/steer/steer-experiment.js");
      const message = { ...given, ...defined({ group }) };
      const delivery = await changeExperiment(ostinato, name, message);
      terminal.talk(
        delivery === "kept" ? keptText("change", name) : `${name} changes within a few seconds.`,
      );
      return delivery === "kept" ? exitCodes.kept : exitCodes.done;
    });
  },
};
