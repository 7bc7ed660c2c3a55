import { defined } from "../../../src/domain/defined.js";
import type { CliCommand } from "../../command-line/command.js";
import { requiredArgument } from "../../command-line/required-argument.js";
import { settingsOf } from "../../command-line/settings-of.js";
import { textFlag } from "../../command-line/text-flag.js";
import { withOstinato } from "../../following/with-ostinato.js";
import { batchFlags, batchSettingsOf } from "./batch-flags.js";
import { rowSettingNames } from "../../command-line/row-settings.js";

const settingNames = [...rowSettingNames, "detach", "json"] as const;

export const run: CliCommand = {
  settings: settingNames,
  flags: batchFlags,
  async run(invocation) {
    const { terminal } = invocation;
    const { json, detach, ...values } = settingsOf(invocation, settingNames);
    const given = { ...values, ...batchSettingsOf(invocation) };
    return await withOstinato(terminal, async (ostinato) => {
      const { startBatch } = await import("../../../src/client/batch/start-batch.js");
      const { tellStart } = await import("../../following/say-plan.js");
      const { onPlan, sayNotices } = tellStart({ json, terminal });
      const started = await startBatch(ostinato, requiredArgument(invocation), {
        ...given,
        onPlan,
      });
      sayNotices(started.notices);
      const { sayRepeat } = await import("../../following/say-reuse.js");
      await sayRepeat(started, { json, terminal, items: "lines" });
      const { followStarted } = await import("../../following/follow-started.js");
      const copyResultTo = textFlag(invocation, "output");
      const { dataFolder } = values;
      const following = { ostinato, started, json, detach, dataFolder };
      return await followStarted({ ...following, ...defined({ copyResultTo }) }, terminal);
    });
  },
};
