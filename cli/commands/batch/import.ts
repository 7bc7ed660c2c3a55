import { defined } from "../../../src/domain/defined.js";
import type { CliCommand } from "../../command-line/command.js";
import { requiredArgument } from "../../command-line/required-argument.js";
import { settingsOf } from "../../command-line/settings-of.js";
import { textFlag } from "../../command-line/text-flag.js";
import { exitCodes } from "../../exit-codes.js";
import { jsonLine } from "../../output/format/json.js";
import { formatCountOf } from "../../output/format/format-count.js";
import { shellWord } from "../../../src/domain/shell-word.js";

const settings = ["dataFolder", "json"] as const;

export const importRun: CliCommand = {
  settings,
  flags: [
    { flag: "--name", takes: "NAME", description: "name of the run (default: promptflow's)" },
  ],
  async run(invocation) {
    const { terminal } = invocation;
    const { dataFolder, json } = settingsOf(invocation, settings);
    const client = await import("../../../src/client/batch/earlier/import-run.js");
    const run = await client.importRun(requiredArgument(invocation), {
      dataFolder,
      ...defined({ name: textFlag(invocation, "name") }),
    });
    const { name, completed, failed } = run;
    if (json) await terminal.data(jsonLine(run));
    else {
      terminal.talk(
        `${name}: ${formatCountOf(completed, "completed line")}, ${formatCountOf(failed, "failed line")}. Run the rest: ostinato batch run FLOW --data FILE --resume-from ${shellWord(name)}`,
      );
      await terminal.data(name);
    }
    return exitCodes.done;
  },
};
