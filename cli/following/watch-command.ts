import { settingsOf } from "../command-line/settings-of.js";
import { shellWord } from "../../src/domain/shell-word.js";
import type { Terminal } from "../output/terminal/terminal.js";

/** `ostinato watch follow`, with the data folder if it is not the default. */
export function watchCommand(action: string, dataFolder: string, terminal: Terminal): string {
  const { dataFolder: usual } = settingsOf({ flags: {}, terminal }, ["dataFolder"]);
  const named = dataFolder === usual ? "" : ` --data-folder ${shellWord(dataFolder)}`;
  return `ostinato watch ${action}${named}`;
}
