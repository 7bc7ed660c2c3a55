import { runSettingNames } from "../../src/settings/options/options.js";
import type { CliCommand } from "../command-line/command.js";
import { settingsOf } from "../command-line/settings-of.js";
import { withStdin } from "../command-line/with-stdin.js";
import { exitCodes } from "../exit-codes.js";
import { jsonLine } from "../output/format/json.js";
import { planJson, renderLongest, renderPlan } from "../output/render/render-plan.js";

const settings = [...runSettingNames, "json"] as const;

export const plan: CliCommand = {
  settings,
  run: (given) =>
    withStdin(given, async (invocation) => {
      const { terminal } = invocation;
      const { json, ...values } = settingsOf(invocation, settings);
      const { planExperiment } = await import("../../src/client/plan/plan-experiment.js");
      const planned = await planExperiment(values, terminal.environment);
      await terminal.data(
        json ? jsonLine(planJson(planned)) : `${renderPlan(planned)}\n${renderLongest(planned)}`,
      );
      return exitCodes.done;
    }),
};
