import type { CliCommand } from "../../command-line/command.js";
import { exitCodes } from "../../exit-codes.js";
import { jsonLine } from "../../output/format/json.js";
import { renderPipelineCheck } from "../../output/render/render-pipeline.js";
import { inspected, inspectionFlags, inspectionSettings } from "./inspected.js";

export const check: CliCommand = {
  settings: inspectionSettings,
  flags: inspectionFlags,
  async run(invocation) {
    const { report, json } = await inspected(invocation);
    const { file, valid, problems, warnings } = report;
    const shown = { file, valid, problems, warnings };
    await invocation.terminal.data(json ? jsonLine(shown) : renderPipelineCheck(report));
    return valid ? exitCodes.done : exitCodes.userMistake;
  },
};
