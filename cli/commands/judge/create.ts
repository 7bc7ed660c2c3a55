import { defined } from "../../../src/domain/defined.js";
import { UserError } from "../../../src/domain/failure/user-error.js";
import type { CliCommand } from "../../command-line/command.js";
import { exitCodes } from "../../exit-codes.js";
import { settingsOf } from "../../command-line/settings-of.js";
import { textFlag } from "../../command-line/text-flag.js";

const settings = ["judgeFolder", "judges", "judgeTemplates"] as const;

export const create: CliCommand = {
  settings,
  flags: [
    { flag: "--input-file", short: "-i", takes: "FILE", description: "completed file to judge" },
    {
      flag: "--output-folder",
      short: "-o",
      takes: "FOLDER",
      description: "folder to write to (default: the current folder)",
    },
  ],
  async run(invocation) {
    const inputFile = textFlag(invocation, "input-file");
    if (inputFile === undefined) {
      throw new UserError("Expected a completed file, got none. Use --input-file FILE.");
    }
    const { createJudgeFile } = await import("../../../src/client/answers/create-judge-file.js");
    const path = await createJudgeFile({
      ...settingsOf(invocation, settings),
      inputFile,
      ...defined({ outputFolder: textFlag(invocation, "output-folder") }),
    });
    await invocation.terminal.data(path);
    return exitCodes.done;
  },
};
