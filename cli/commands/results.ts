import type { CliCommand } from "../command-line/command.js";
import { exitCodes } from "../exit-codes.js";
import { completedFileOf } from "../command-line/file-or-experiment.js";
import { requiredArgument } from "../command-line/required-argument.js";
import { settingsOf } from "../command-line/settings-of.js";
import { textFlag } from "../command-line/text-flag.js";
import { jsonLine } from "../output/format/json.js";
import { withOstinato } from "../following/with-ostinato.js";

export const results: CliCommand = {
  settings: ["dataFolder"],
  flags: [
    {
      flag: "--judged",
      description:
        "print each answer once with the verdicts of its judges; NAME may be a completed file",
    },
    {
      flag: "--leaf",
      takes: "STEP",
      description: "print the rows of a pipeline at this step, one of those without successors",
    },
  ],
  async run(invocation) {
    const name = requiredArgument(invocation);
    const { dataFolder } = settingsOf(invocation, ["dataFolder"]);
    const { terminal } = invocation;
    if (invocation.ownFlags["judged"] === true) {
      const file = await completedFileOf(name, dataFolder, terminal);
      const { readJudgedAnswers } = await import("../../src/client/answers/read-judged-answers.js");
      for await (const line of readJudgedAnswers(file, { dataFolder })) await terminal.data(line);
      return exitCodes.done;
    }
    return await withOstinato(terminal, async (ostinato) => {
      const leaf = textFlag(invocation, "leaf");
      if (leaf !== undefined) {
        const { loadResult } = await import("../../src/client/pipeline/load-result.js");
        for await (const row of loadResult(ostinato, name, { dataFolder, leaf })) {
          await terminal.data(jsonLine(row));
        }
        return exitCodes.done;
      }
      const { readExperimentResults } =
        await import("../../src/client/answers/read-experiment-results.js");
      for await (const line of readExperimentResults(ostinato, name, { dataFolder })) {
        await terminal.data(line);
      }
      return exitCodes.done;
    });
  },
};
