import { runSettingNames } from "../../src/settings/options/options.js";
import type { CliCommand } from "../command-line/command.js";
import { settingsOf } from "../command-line/settings-of.js";
import { withFile } from "../command-line/with-file.js";
import { exitCodes } from "../exit-codes.js";
import { jsonLine } from "../output/format/json.js";
import { planJson, renderLongest, renderPlan } from "../output/render/render-plan.js";

const settings = [...runSettingNames, "json"] as const;

export const plan: CliCommand = {
  settings,
  async run(invocation) {
    const { terminal } = invocation;
    const { json, ...given } = settingsOf(withFile(invocation), settings);
    const { planExperiment } = await import("../../src/client/plan/plan-experiment.js");
    const planned = await planExperiment(given, terminal.environment);
    await terminal.data(
      json ? jsonLine(planJson(planned)) : `${renderPlan(planned)}\n${renderLongest(planned)}`,
    );
    return exitCodes.done;
  },
};
