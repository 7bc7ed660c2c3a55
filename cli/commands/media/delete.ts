import type { CliCommand } from "../../command-line/command.js";
import { exitCodes } from "../../exit-codes.js";
import { settingsOf } from "../../command-line/settings-of.js";
import { jsonLine } from "../../output/format/json.js";
import { accountOf, modelFlag } from "./account.js";

export const deleteFiles: CliCommand = {
  settings: ["envFile", "json"],
  flags: [modelFlag],
  async run(invocation) {
    const { terminal, arguments: targets } = invocation;
    const { json } = settingsOf(invocation, ["json"]);
    const { deleteMedia } = await import("../../../src/client/media/manage-media.js");
    for (const one of await deleteMedia({ targets, ...accountOf(invocation) })) {
      await terminal.data(
        json ? jsonLine(one) : `${one.name} ${one.deleted ? "deleted" : "was already gone"}`,
      );
    }
    return exitCodes.done;
  },
};
