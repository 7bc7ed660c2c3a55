import { runSettingNames } from "../../settings/options/options.js";
import type { RunSettings } from "../../settings/settings.js";
import type { BatchSettings } from "./batch-settings.js";

/** Returns the settings of a batch run that all kinds of experiments have. */
export function runSettingsOf(settings: Omit<BatchSettings, "inputs">): Partial<RunSettings> {
  const names: readonly string[] = runSettingNames;
  return Object.fromEntries(Object.entries(settings).filter(([name]) => names.includes(name)));
}
