import { defined } from "../../../src/domain/defined.js";
import type { CliCommand } from "../../command-line/command.js";
import { requiredArgument } from "../../command-line/required-argument.js";
import { settingsOf } from "../../command-line/settings-of.js";
import { textFlag } from "../../command-line/text-flag.js";
import { exitCodes } from "../../exit-codes.js";
import { sampleFlags, sampleOptions, sendSample } from "../../following/send-sample.js";
import { jsonLine } from "../../output/format/json.js";
import { planJson, renderDetails, renderPlan } from "../../output/render/render-plan.js";
import { dataFlag, definitionFlags, definitionOptions } from "./definition-flags.js";
import { rowSettingNames } from "../../command-line/row-settings.js";

const settings = [...rowSettingNames, "json"] as const;

export const plan: CliCommand = {
  settings,
  flags: [...sampleFlags, dataFlag, ...definitionFlags],
  async run(invocation) {
    const { terminal } = invocation;
    const { json, ...values } = settingsOf(invocation, settings);
    const { readDefinition } = await import("../../../src/client/pipeline/read-definition.js");
    const given = await readDefinition(requiredArgument(invocation), definitionOptions(invocation));
    const dataset = textFlag(invocation, "data");
    const sample = sampleOptions(invocation);
    if (sample) {
      const { startPipeline } = await import("../../../src/client/pipeline/start-pipeline.js");
      const start = { ...values, sample, ...defined({ dataset }) };
      const code = await sendSample(
        async (ostinato) => startPipeline(ostinato, given, start),
        terminal,
      );
      if (code !== exitCodes.done && code !== exitCodes.someFailed) return code;
    }
    const { planPipeline } = await import("../../../src/client/plan/plan-pipeline.js");
    const options = { ...values, env: terminal.environment, ...defined({ dataset }) };
    const planned = await planPipeline(given, options);
    await terminal.data(
      json
        ? jsonLine(planJson(planned))
        : [renderPlan(planned, terminal.dataScreen.columns), ...renderDetails(planned)].join("\n"),
    );
    return exitCodes.done;
  },
};
