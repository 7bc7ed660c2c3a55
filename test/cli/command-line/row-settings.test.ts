import { expect, test } from "vitest";
import { rowSettingNames } from "../../../cli/command-line/row-settings.js";
import { stageOptions } from "../../../src/settings/options/stage-options.js";

test("rows and lines have no settings of judges and rephrasing, because they have no response", () => {
  const names: readonly string[] = rowSettingNames;
  expect(Object.keys(stageOptions).filter((name) => names.includes(name))).toEqual([]);
});
