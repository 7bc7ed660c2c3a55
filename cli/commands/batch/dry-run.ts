import { defined } from "../../../src/domain/defined.js";
import type { CliCommand } from "../../command-line/command.js";
import { countFlag } from "../../command-line/count-flag.js";
import { requiredArgument } from "../../command-line/required-argument.js";
import { settingsOf } from "../../command-line/settings-of.js";
import { exitCodes } from "../../exit-codes.js";
import { jsonLine } from "../../output/format/json.js";
import { renderDryEstimate, renderDryLine } from "../../output/render/render-dry-line.js";
import { batchSettingsOf, flowFlags, lineFlags, lineTimeout } from "./batch-flags.js";

const settings = ["dataFolder", "envFile", "providers", "json"] as const;

export const dryRun: CliCommand = {
  settings,
  flags: [
    { flag: "--lines", takes: "N", description: "number of lines, from the first (default: 1)" },
    { flag: "--no-calls", description: "show the prompts, and send none of them" },
    ...[...lineFlags, lineTimeout, ...flowFlags],
  ],
  async run(invocation) {
    const { terminal } = invocation;
    const { json, dataFolder, envFile, providers } = settingsOf(invocation, settings);
    const { dryRunBatch } = await import("../../../src/client/batch/dry-run-batch.js");
    // A negative flag is false if it is given.
    const calls = invocation.ownFlags["no-calls"] !== false;
    const { lines, estimate, warnings } = await dryRunBatch(requiredArgument(invocation), {
      ...batchSettingsOf(invocation),
      dataFolder,
      envFile,
      calls,
      env: terminal.environment,
      ...defined({ providers, lines: countFlag(invocation, "lines") }),
    });
    for (const warning of warnings) terminal.talk(warning);
    for (const line of lines) await terminal.data(json ? jsonLine(line) : renderDryLine(line));
    await terminal.data(json ? jsonLine({ estimate }) : renderDryEstimate(estimate));
    const hasFailed = calls && lines.some(({ end }) => end.status === "failed");
    return hasFailed ? exitCodes.someFailed : exitCodes.done;
  },
};
