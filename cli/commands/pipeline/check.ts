import { defined } from "../../../src/domain/defined.js";
import type { CliCommand } from "../../command-line/command.js";
import { requiredArgument } from "../../command-line/required-argument.js";
import { settingsOf } from "../../command-line/settings-of.js";
import { textFlag } from "../../command-line/text-flag.js";
import { exitCodes } from "../../exit-codes.js";
import { jsonLine } from "../../output/format/json.js";
import { renderPipelineCheck } from "../../output/render/render-pipeline.js";
import { dataFlag, definitionFlags, definitionOptions } from "./definition-flags.js";

const settings = ["providers", "json"] as const;

export const check: CliCommand = {
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
    const { file, valid, problems, warnings } = report;
    const shown = { file, valid, problems, warnings };
    await terminal.data(json ? jsonLine(shown) : renderPipelineCheck(report));
    return valid ? exitCodes.done : exitCodes.userMistake;
  },
};
