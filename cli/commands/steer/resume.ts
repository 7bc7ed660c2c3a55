import { defined } from "../../../src/domain/defined.js";
import { shellWord } from "../../../src/domain/shell-word.js";
import { readFlags } from "../../../src/settings/resolve-settings.js";
import type { CliCommand } from "../../command-line/command.js";
import { requiredArgument } from "../../command-line/required-argument.js";
import { exitCodes } from "../../exit-codes.js";
import { withOstinato } from "../../following/with-ostinato.js";
import { keptText } from "../../output/format/kept-text.js";

const settings = ["maxCost"] as const;

export const resume: CliCommand = {
  settings,
  flagsAlone: true,
  descriptions: { maxCost: "dollars that the experiment may spend in all, from its start" },
  async run(invocation) {
    const name = requiredArgument(invocation);
    const { terminal, flags } = invocation;
    const { maxCost } = readFlags(settings, { flags, folder: terminal.folder });
    return await withOstinato(terminal, async (ostinato) => {
      const { resumeExperiment } = await import("../../../src/client/steer/steer-experiment.js");
      const delivery = await resumeExperiment(ostinato, name, defined({ maxCost }));
      terminal.talk(
        delivery === "kept"
          ? keptText("resume", name)
          : `${name} continues. Follow it with \`ostinato follow ${shellWord(name)}\`.`,
      );
      return delivery === "kept" ? exitCodes.kept : exitCodes.done;
    });
  },
};
