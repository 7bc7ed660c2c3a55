import { join } from "node:path";
import type { Flag, Invocation } from "../../command-line/command.js";
import { settingsOf } from "../../command-line/settings-of.js";
import { textFlag } from "../../command-line/text-flag.js";

export const mediaFolderFlag: Flag = {
  flag: "--media-folder",
  takes: "FOLDER",
  description: "folder with the media files (default: media/ in the data folder)",
};

/** Returns the folder of `--media-folder`, otherwise `media/` in the data folder. */
export function mediaFolderOf(invocation: Invocation): string {
  const { dataFolder } = settingsOf(invocation, ["dataFolder"]);
  return textFlag(invocation, "media-folder") ?? join(dataFolder, "media");
}
