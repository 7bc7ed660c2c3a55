import { readExperimentResults } from "../../src/index.js";
import type { CliCommand } from "../command.js";
import { exitCodes } from "../exit-codes.js";
import { namedExperiment } from "../named-experiment.js";
import { settle } from "../settle.js";
import { withOstinato } from "../with-ostinato.js";

export const results: CliCommand = {
  settings: ["dataFolder"],
  async run(invocation) {
    const name = namedExperiment(invocation);
    const { dataFolder } = settle(invocation, ["dataFolder"]);
    const { terminal } = invocation;
    return await withOstinato(terminal, async (ostinato) => {
      for await (const line of readExperimentResults(ostinato, name, { dataFolder })) {
        await terminal.data(line);
      }
      return exitCodes.done;
    });
  },
};
