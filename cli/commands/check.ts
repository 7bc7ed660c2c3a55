import { runSettingNames } from "../../src/settings/options/options.js";
import type { Environment } from "../../src/domain/environment.js";
import type { GivenSettings } from "../../src/client/start/check-experiment.js";
import type { CliCommand } from "../command-line/command.js";
import { exitCodes } from "../exit-codes.js";
import { jsonLine } from "../output/format/json.js";
import { renderFileReport } from "../output/render/render-file-report.js";
import { areScorersDefaults, settingsOf } from "../command-line/settings-of.js";
import { withFile } from "../command-line/with-file.js";
import { withStdin } from "../command-line/with-stdin.js";

const settings = [...runSettingNames, "json"] as const;

export const check: CliCommand = {
  settings,
  run: (given) =>
    withStdin(given, async (invocation) => {
      const { terminal } = invocation;
      const { json, ...resolved } = settingsOf(invocation, settings);
      const values = { ...resolved, scorersAreDefaults: areScorersDefaults(invocation) };
      const { checkExperimentFile } =
        await import("../../src/client/start/check-experiment-file.js");
      const report = await checkExperimentFile(values, terminal.environment);
      if (report.valid) await checkSettings(values, terminal.environment);
      const name = withFile(given).flags.file === "-" ? "stdin" : report.file;
      await terminal.data(
        json ? jsonLine({ ...report, file: name }) : renderFileReport(report, name),
      );
      return report.valid ? exitCodes.done : exitCodes.userMistake;
    }),
};

/**
 * Checks the settings. Throws a `UserError` for settings that `run` refuses, such as a rate of an
 * unknown model.
 */
async function checkSettings(given: GivenSettings, env: Environment): Promise<void> {
  const { checkSurveyed } = await import("../../src/client/start/check-experiment.js");
  await checkSurveyed(given, { env, readOnly: true });
}
