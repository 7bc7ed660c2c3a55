import { runSettingNames } from "../../src/settings/options/options.js";
import type { CliCommand } from "../command-line/command.js";
import { areScorersDefaults, settingsOf } from "../command-line/settings-of.js";
import { withStdin } from "../command-line/with-stdin.js";
import { withOstinato } from "../following/with-ostinato.js";

const settings = [...runSettingNames, "detach", "json"] as const;

export const run: CliCommand = {
  settings,
  run: (given) =>
    withStdin(given, async (invocation) => {
      const { terminal } = invocation;
      const scorersAreDefaults = areScorersDefaults(invocation);
      const values = { ...settingsOf(invocation, settings), scorersAreDefaults };
      const { json, detach } = values;
      // Checked before connecting or starting anything, because reporting an invalid input needs no
      // server.
      const { checkAndPlan } = await import("../../src/client/plan/plan-experiment.js");
      const { checked, plan } = await checkAndPlan(values, terminal.environment);
      const { sayPlan } = await import("../following/say-plan.js");
      if (json) await sayPlan(plan, { json, terminal, hasInput: true });
      return await withOstinato(terminal, async (ostinato) => {
        const { planReuse } = await import("../../src/client/start/plan-reuse.js");
        const reuse = await planReuse(ostinato, checked);
        if (!json && !reuse.finished) await sayPlan(plan, { json, terminal, hasInput: true });
        const { sayReuse } = await import("../following/say-reuse.js");
        await sayReuse(reuse, { name: checked.name, json, terminal });
        const { startExperiment } = await import("../../src/client/start/start-experiment.js");
        const started = await startExperiment(ostinato, values, { ...checked, reuse });
        const { followStarted } = await import("../following/follow-started.js");
        const { dataFolder } = values;
        return await followStarted({ ostinato, started, json, detach, dataFolder }, terminal);
      });
    }),
};
