import { expect, test } from "vitest";
import { pipelineSettingNames } from "../../../../cli/commands/pipeline/pipeline-settings.js";
import { stageOptions } from "../../../../src/settings/options/stage-options.js";

test("a pipeline has no settings of judges and rephrasing, because its rows have no response", () => {
  const names: readonly string[] = pipelineSettingNames;
  expect(Object.keys(stageOptions).filter((name) => names.includes(name))).toEqual([]);
});
