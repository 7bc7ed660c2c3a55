import { checkExperiment, runSettingNames, startExperiment } from "../../src/index.js";
import type { CliCommand } from "../command.js";
import { followStarted } from "../follow-started.js";
import { jsonLine } from "../output/json.js";
import { planJson, renderPlan } from "../output/render-plan.js";
import { settle } from "../settle.js";
import { withFile } from "../with-file.js";
import { withOstinato } from "../with-ostinato.js";

const settings = [...runSettingNames, "detach", "json"] as const;

export const run: CliCommand = {
  settings,
  async run(invocation) {
    const { terminal } = invocation;
    const values = settle(withFile(invocation), settings);
    const { json, detach } = values;
    // Before anything is connected or started: a wrong input needs no server.
    const checked = await checkExperiment(values, terminal.environment);
    checked.notices.forEach(terminal.talk);
    if (values.parallel) {
      if (json) await terminal.data(jsonLine(planJson(checked)));
      else terminal.talk(renderPlan(checked));
    }
    return await withOstinato(terminal, async (ostinato) => {
      const started = await startExperiment(ostinato, values, checked);
      return await followStarted({ ostinato, started, json, detach }, terminal);
    });
  },
};
