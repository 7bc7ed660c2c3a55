import { inputOptions } from "./input-options.js";
import { paceOptions } from "./pace-options.js";
import { stageOptions } from "./stage-options.js";
import type { SettingName } from "../resolve-settings.js";

const groups: readonly (readonly [heading: string, names: readonly string[]])[] = [
  ["Input:", ["file", ...Object.keys(inputOptions), "moveToInput", "skipInvalid", "providers"]],
  ["Pace and failures:", Object.keys(paceOptions)],
  ["Judges and rephrasing:", Object.keys(stageOptions)],
];

/**
 * Returns the heading of a setting in the help of a command with many settings; `undefined` for
 * general settings.
 */
export function optionGroupOf(name: SettingName): string | undefined {
  return groups.find(([, names]) => names.includes(name))?.[0];
}
