import type { CliCommand } from "../command-line/command.js";
import { exitCodes } from "../exit-codes.js";
import { jsonLine } from "../output/format/json.js";
import { renderFileReport } from "../output/render/render-file-report.js";
import { settingsOf } from "../command-line/settings-of.js";
import { withFile } from "../command-line/with-file.js";

const settings = [
  ...["file", "models", "parameters", "promptColumn", "template"],
  ...["dataFolder", "envFile", "providers", "json"],
] as const;

export const check: CliCommand = {
  settings,
  async run(invocation) {
    const { terminal } = invocation;
    const { json, ...given } = settingsOf(withFile(invocation), settings);
    const { checkExperimentFile } = await import("../../src/client/start/check-experiment-file.js");
    const report = await checkExperimentFile(given, terminal.environment);
    await terminal.data(json ? jsonLine(report) : renderFileReport(report));
    return report.valid ? exitCodes.done : exitCodes.userMistake;
  },
};
