import { defined } from "../../../src/domain/defined.js";
import type { CliCommand } from "../../command-line/command.js";
import { requiredArgument } from "../../command-line/required-argument.js";
import { settingsOf } from "../../command-line/settings-of.js";
import { textFlag } from "../../command-line/text-flag.js";
import { exitCodes } from "../../exit-codes.js";
import { jsonLine } from "../../output/format/json.js";
import { renderPipelineCheck, renderPipelineInfo } from "../../output/render/render-pipeline.js";
import { dataFlag, definitionFlags, definitionOptions } from "./definition-flags.js";

const settings = ["providers", "json"] as const;

export const info: CliCommand = {
  settings,
  flags: [dataFlag, ...definitionFlags],
  async run(invocation) {
    const { terminal } = invocation;
    const { json, providers } = settingsOf(invocation, settings);
    const { inspectPipeline } = await import("../../../src/client/pipeline/inspect-pipeline.js");
    const report = await inspectPipeline(requiredArgument(invocation), {
      ...definitionOptions(invocation),
      ...defined({ dataset: textFlag(invocation, "data"), providers }),
    });
    if (json) await terminal.data(jsonLine(report));
    else if (report.steps)
      await terminal.data(renderPipelineInfo(report, terminal.dataScreen.columns));
    if (report.problems.length > 0 && !json) terminal.talk(renderPipelineCheck(report));
    return report.steps ? exitCodes.done : exitCodes.userMistake;
  },
};
