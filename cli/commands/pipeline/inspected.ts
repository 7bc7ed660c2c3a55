import { defined } from "../../../src/domain/defined.js";
import type { PipelineReport } from "../../../src/client/pipeline/inspect-pipeline.js";
import type { Invocation } from "../../command-line/command.js";
import { requiredArgument } from "../../command-line/required-argument.js";
import { settingsOf } from "../../command-line/settings-of.js";
import { textFlag } from "../../command-line/text-flag.js";
import { dataFlag, definitionFlags, definitionOptions } from "./definition-flags.js";

export const inspectionSettings = ["providers", "json"] as const;
export const inspectionFlags = [dataFlag, ...definitionFlags];

/** Reads the pipeline of a command and its data, and sends nothing. */
export async function inspected(
  invocation: Invocation,
): Promise<{ readonly report: PipelineReport; readonly json: boolean }> {
  const { json, providers } = settingsOf(invocation, inspectionSettings);
  const { inspectPipeline } = await import("../../../src/client/pipeline/inspect-pipeline.js");
  const report = await inspectPipeline(requiredArgument(invocation), {
    ...definitionOptions(invocation),
    ...defined({ dataset: textFlag(invocation, "data"), providers }),
  });
  return { report, json };
}
