import { defined } from "../../../src/domain/defined.js";
import type { UploadedPath } from "../../../src/client/media/upload-media.js";
import type { CliCommand } from "../../command-line/command.js";
import { exitCodes } from "../../exit-codes.js";
import { requiredArgument } from "../../command-line/required-argument.js";
import { settingsOf } from "../../command-line/settings-of.js";
import { textFlag } from "../../command-line/text-flag.js";
import { jsonLine } from "../../output/format/json.js";
import { mediaFolderFlag, mediaFolderOf } from "./media-folder.js";

export const upload: CliCommand = {
  settings: ["dataFolder", "envFile", "json"],
  flags: [
    mediaFolderFlag,
    {
      flag: "--output-file",
      takes: "FILE",
      description: "new experiment file (default: FILE_uploaded.jsonl)",
    },
    { flag: "--overwrite-output", description: "overwrite the output file if it exists" },
  ],
  async run(invocation) {
    const { terminal, ownFlags } = invocation;
    const { envFile, json } = settingsOf(invocation, ["envFile", "json"]);
    const { uploadMedia } = await import("../../../src/client/media/upload-media.js");
    const uploaded = await uploadMedia({
      file: requiredArgument(invocation),
      envFile,
      env: terminal.environment,
      mediaFolder: mediaFolderOf(invocation),
      overwrite: ownFlags["overwrite-output"] === true,
      ...defined({ output: textFlag(invocation, "output-file") }),
      onProgress: ({ path, step, ready, files }) =>
        terminal.talk(`${path}: ${step} (${ready} of ${files} ready)`),
    });
    if (json) {
      await terminal.data(jsonLine(uploaded));
      return exitCodes.done;
    }
    for (const one of uploaded.files) await terminal.data(describe(one));
    terminal.talk(`Wrote ${uploaded.output}. Run that file.`);
    return exitCodes.done;
  },
};

function describe({ path, name, uploaded }: UploadedPath): string {
  return uploaded
    ? `File '${path}' uploaded as '${name}'`
    : `File '${path}' already uploaded as '${name}'`;
}
