import { defined } from "../../../src/domain/defined.js";
import type { CliCommand } from "../../command-line/command.js";
import { countFlag } from "../../command-line/count-flag.js";
import { requiredArgument } from "../../command-line/required-argument.js";
import { settingsOf } from "../../command-line/settings-of.js";
import { exitCodes } from "../../exit-codes.js";
import { sampleFlags, sampleOptions, sendSample } from "../../following/send-sample.js";
import { jsonLine } from "../../output/format/json.js";
import { planJson, renderPlan } from "../../output/render/render-plan.js";
import { batchFlags, batchSettingsOf } from "./batch-flags.js";
import { rowSettingNames } from "../../command-line/row-settings.js";

const settings = [...rowSettingNames, "json"] as const;
const left: readonly string[] = ["--output", "--resume-from", "--no-reuse", "--batch-timeout"];

export const plan: CliCommand = {
  settings,
  flags: [
    ...sampleFlags,
    {
      flag: "--lines",
      takes: "N",
      description: "number of lines to estimate from, from the first (default: 10)",
    },
    ...batchFlags.filter(({ flag }) => !left.includes(flag)),
  ],
  async run(invocation) {
    const { terminal } = invocation;
    const { json, ...values } = settingsOf(invocation, settings);
    const flow = requiredArgument(invocation);
    const own = batchSettingsOf(invocation);
    const sample = sampleOptions(invocation);
    if (sample) {
      const { startBatch } = await import("../../../src/client/batch/start-batch.js");
      const start = { ...values, ...own, sample };
      const code = await sendSample(
        async (ostinato) => startBatch(ostinato, flow, start),
        terminal,
      );
      if (code !== exitCodes.done && code !== exitCodes.someFailed) return code;
    }
    const { planBatch } = await import("../../../src/client/plan/plan-batch.js");
    const planned = await planBatch(flow, {
      ...values,
      ...own,
      env: terminal.environment,
      ...defined({ lines: countFlag(invocation, "lines") }),
    });
    await terminal.data(
      json ? jsonLine(planJson(planned)) : renderPlan(planned, terminal.dataScreen.columns),
    );
    return exitCodes.done;
  },
};
