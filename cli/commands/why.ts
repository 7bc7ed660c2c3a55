import { UserError } from "../../src/domain/failure/user-error.js";
import { defined } from "../../src/domain/defined.js";
import type { CliCommand } from "../command-line/command.js";
import { requiredArgument } from "../command-line/required-argument.js";
import { textFlag } from "../command-line/text-flag.js";
import { settingsOf } from "../command-line/settings-of.js";
import { exitCodes } from "../exit-codes.js";
import { withOstinato } from "../following/with-ostinato.js";
import { jsonLine } from "../output/format/json.js";
import { renderWhy } from "../output/render/render-why.js";

const settings = ["dataFolder", "json"] as const;

export const why: CliCommand = {
  settings,
  flags: [
    {
      flag: "--model",
      takes: "API/MODEL",
      description:
        "model of the record, if several models answered the id (default: the first that failed)",
    },
  ],
  async run(invocation) {
    const name = requiredArgument(invocation);
    const id = invocation.arguments[1];
    if (id === undefined)
      throw new UserError(
        "Expected the id of a record, or the number of its line in the input, from 1.",
      );
    const { dataFolder, json } = settingsOf(invocation, settings);
    const { terminal } = invocation;
    const model = textFlag(invocation, "model");
    return await withOstinato(terminal, async (ostinato) => {
      const { whyRecord } = await import("../../src/client/status/why-record.js");
      const report = await whyRecord(ostinato, { name, id, ...defined({ model }) }, { dataFolder });
      await terminal.data(
        json ? jsonLine(report) : renderWhy(report, terminal.dataScreen, Date.now()),
      );
      return exitCodes.done;
    });
  },
};
