import type { ConvertedImage } from "../../../src/storage/media/convert-images.js";
import type { CliCommand } from "../../command-line/command.js";
import type { ExitCode } from "../../exit-codes.js";
import { exitCodes } from "../../exit-codes.js";
import { settingsOf } from "../../command-line/settings-of.js";
import { jsonLine } from "../../output/format/json.js";
import { mediaFolderFlag, mediaFolderOf } from "./media-folder.js";

export const convertImages: CliCommand = {
  settings: ["dataFolder", "json"],
  flags: [mediaFolderFlag],
  async run(invocation) {
    const { terminal } = invocation;
    const { json } = settingsOf(invocation, ["json"]);
    const folder = invocation.arguments[0] ?? mediaFolderOf(invocation);
    const { convertImages: convert } = await import("../../../src/storage/media/convert-images.js");
    let code: ExitCode = exitCodes.done;
    for await (const image of convert(folder)) {
      if (image.result === "failed") code = exitCodes.someFailed;
      await terminal.data(json ? jsonLine(image) : `${image.file}: ${describe(image)}`);
    }
    return code;
  },
};

function describe(image: ConvertedImage): string {
  switch (image.result) {
    case "converted":
      return `converted from ${image.from} to ${image.to}`;
    case "failed":
      return `failed: ${image.problem}`;
    case "kept":
    case "skipped":
      return image.result;
  }
}
