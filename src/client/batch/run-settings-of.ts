import { runSettingNames } from "../../settings/options/options.js";
import type { RunSettings } from "../../settings/settings.js";
import type { BatchSettings } from "./batch-settings.js";

/** The settings of a batch run that every experiment has. */
export function runSettingsOf(settings: Omit<BatchSettings, "inputs">): Partial<RunSettings> {
  const names: readonly string[] = runSettingNames;
  return Object.fromEntries(Object.entries(settings).filter(([name]) => names.includes(name)));
}
