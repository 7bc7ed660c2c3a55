import type { CliCommand } from "../../command-line/command.js";
import { exitCodes } from "../../exit-codes.js";
import { jsonLine } from "../../output/format/json.js";
import { renderPipelineCheck, renderPipelineInfo } from "../../output/render/render-pipeline.js";
import { inspected, inspectionFlags, inspectionSettings } from "./inspected.js";

export const info: CliCommand = {
  settings: inspectionSettings,
  flags: inspectionFlags,
  async run(invocation) {
    const { terminal } = invocation;
    const { report, json } = await inspected(invocation);
    if (json) await terminal.data(jsonLine(report));
    else if (report.steps)
      await terminal.data(renderPipelineInfo(report, terminal.dataScreen.columns));
    if (report.problems.length > 0 && !json) terminal.talk(renderPipelineCheck(report));
    return report.steps ? exitCodes.done : exitCodes.userMistake;
  },
};
