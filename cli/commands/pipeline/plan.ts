import { defined } from "../../../src/domain/defined.js";
import type { CliCommand } from "../../command-line/command.js";
import { requiredArgument } from "../../command-line/required-argument.js";
import { settingsOf } from "../../command-line/settings-of.js";
import { textFlag } from "../../command-line/text-flag.js";
import { exitCodes } from "../../exit-codes.js";
import { jsonLine } from "../../output/format/json.js";
import { planJson, renderPlan } from "../../output/render/render-plan.js";
import { dataFlag, definitionFlags, definitionOptions } from "./definition-flags.js";
import { pipelineSettingNames } from "./pipeline-settings.js";

const settings = [...pipelineSettingNames, "json"] as const;

export const plan: CliCommand = {
  settings,
  flags: [dataFlag, ...definitionFlags],
  async run(invocation) {
    const { terminal } = invocation;
    const { json, ...values } = settingsOf(invocation, settings);
    const { readDefinition } = await import("../../../src/client/pipeline/read-definition.js");
    const given = await readDefinition(requiredArgument(invocation), definitionOptions(invocation));
    const { planPipeline } = await import("../../../src/client/plan/plan-pipeline.js");
    const dataset = textFlag(invocation, "data");
    const options = { ...values, env: terminal.environment, ...defined({ dataset }) };
    const planned = await planPipeline(given, options);
    await terminal.data(json ? jsonLine(planJson(planned)) : renderPlan(planned));
    return exitCodes.done;
  },
};
