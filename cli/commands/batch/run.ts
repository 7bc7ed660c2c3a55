import type { BatchResult } from "../../../src/domain/flow/result/batch-result.js";
import type { CliCommand } from "../../command-line/command.js";
import { requiredArgument } from "../../command-line/required-argument.js";
import { settingsOf } from "../../command-line/settings-of.js";
import { textFlag } from "../../command-line/text-flag.js";
import { exitCodes } from "../../exit-codes.js";
import { withOstinato } from "../../following/with-ostinato.js";
import { jsonLine } from "../../output/format/json.js";
import { renderBatchResult } from "../../output/render/render-batch.js";
import { batchFlags, batchSettingsOf } from "./batch-flags.js";
import { batchSettingNames } from "./batch-settings.js";

const settingNames = [...batchSettingNames, "detach", "json"] as const;

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
      // The result names one folder, so following needs no path of its own.
      const quiet = json || detach ? terminal : { ...terminal, data: async () => undefined };
      const code = await followStarted({ ostinato, started, json, detach }, quiet);
      if (detach) return code;
      const { readBatchResult } = await import("../../../src/client/batch/read-batch-result.js");
      const found = await readBatchResult(ostinato, started.name, values);
      if (!found) return code;
      const copy = textFlag(invocation, "output");
      if (copy !== undefined) await found.copyTo(copy);
      if (json) await terminal.data(jsonLine({ type: "result", ...found.json }));
      else await terminal.data(renderBatchResult(found.result, copy ?? found.folder));
      return code === exitCodes.done && !isWhole(found.result) ? exitCodes.someFailed : code;
    });
  },
};

/** False if the run has ended early or its aggregation has failed, although no line has. */
function isWhole({ status, errorSummary }: BatchResult): boolean {
  return status === "Completed" && Object.keys(errorSummary.aggrErrorDict).length === 0;
}
