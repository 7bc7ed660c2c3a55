import { expect, test } from "vitest";
import { batchSettingNames } from "../../../../cli/commands/batch/batch-settings.js";
import { stageOptions } from "../../../../src/settings/options/stage-options.js";

test("a batch run has no settings of judges and rephrasing, because its lines have no response", () => {
  const names: readonly string[] = batchSettingNames;
  expect(Object.keys(stageOptions).filter((name) => names.includes(name))).toEqual([]);
});
