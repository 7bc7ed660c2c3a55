import type { CliCommand } from "../command-line/command.js";
import { exitCodes } from "../exit-codes.js";
import { jsonLine } from "../output/format/json.js";
import { renderDiagnosis } from "../output/render/render-diagnosis.js";
import { settingsOf } from "../command-line/settings-of.js";

const settings = ["dataFolder", "envFile", "json"] as const;

export const doctor: CliCommand = {
  settings,
  async run(invocation) {
    const { dataFolder, envFile, json } = settingsOf(invocation, settings);
    const { terminal } = invocation;
    const { diagnose } = await import("../../src/client/diagnose.js");
    const diagnosis = await diagnose({ env: terminal.environment, dataFolder, envFile });
    await terminal.data(
      json ? jsonLine(diagnosis) : renderDiagnosis(diagnosis, terminal.dataScreen),
    );
    return exitCodes.done;
  },
};
