import type { CliCommand } from "../../command-line/command.js";
import { exitCodes } from "../../exit-codes.js";
import { settingsOf } from "../../command-line/settings-of.js";
import { jsonLine } from "../../output/format/json.js";
import { renderRemoteFiles } from "../../output/render/render-remote-files.js";
import { accountOf, modelFlag } from "./account.js";

export const list: CliCommand = {
  settings: ["envFile", "json"],
  flags: [modelFlag],
  async run(invocation) {
    const { terminal } = invocation;
    const { json } = settingsOf(invocation, ["json"]);
    const { listMedia } = await import("../../../src/client/media/manage-media.js");
    const files = await listMedia(accountOf(invocation));
    if (json) for (const file of files) await terminal.data(jsonLine(file));
    else if (files.length > 0)
      await terminal.data(renderRemoteFiles(files, terminal.dataScreen.columns));
    else terminal.talk("No files are uploaded with this key.");
    return exitCodes.done;
  },
};
