import { resolveSettings } from "../../src/settings/resolve-settings.js";
import type { SettingName } from "../../src/settings/resolve-settings.js";
import type { Settings } from "../../src/settings/settings.js";
import type { Invocation } from "./command.js";

/**
 * Returns the settings of a command. Flags override variables, variables override `ostinato.json`,
 * and `ostinato.json` overrides defaults.
 */
export function settingsOf<Name extends SettingName>(
  { flags, terminal }: Pick<Invocation, "flags" | "terminal">,
  names: readonly Name[],
): Readonly<Pick<Settings, Name>> {
  const { environment, folder } = terminal;
  return resolveSettings(names, { flags, environment, folder }).values;
}

/**
 * True if the scorers come from the folder's or the shell's settings, not from the command line.
 */
export function areScorersDefaults({ flags }: Pick<Invocation, "flags">): boolean {
  return flags.scorers === undefined;
}
