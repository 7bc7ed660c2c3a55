import { readExperimentResults } from "../../src/client/answers/read-experiment-results.js";
import { readJudgedAnswers } from "../../src/client/answers/read-judged-answers.js";
import type { CliCommand } from "../command-line/command.js";
import { exitCodes } from "../exit-codes.js";
import { completedFileOf } from "../command-line/file-or-experiment.js";
import { namedExperiment } from "../command-line/named-experiment.js";
import { settle } from "../following/settle.js";
import { withOstinato } from "../following/with-ostinato.js";

export const results: CliCommand = {
  settings: ["dataFolder"],
  flags: [
    {
      flag: "--judged",
      description:
        "each answer once, with the verdicts of its judges; NAME may be a completed file",
    },
  ],
  async run(invocation) {
    const name = namedExperiment(invocation);
    const { dataFolder } = settle(invocation, ["dataFolder"]);
    const { terminal } = invocation;
    if (invocation.ownFlags["judged"] === true) {
      const file = await completedFileOf(name, dataFolder, terminal);
      for await (const line of readJudgedAnswers(file, { dataFolder })) await terminal.data(line);
      return exitCodes.done;
    }
    return await withOstinato(terminal, async (ostinato) => {
      for await (const line of readExperimentResults(ostinato, name, { dataFolder })) {
        await terminal.data(line);
      }
      return exitCodes.done;
    });
  },
};
