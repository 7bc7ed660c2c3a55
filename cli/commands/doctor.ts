import { diagnose } from "../../src/index.js";
import type { CliCommand } from "../command.js";
import { exitCodes } from "../exit-codes.js";
import { jsonLine } from "../output/json.js";
import { renderDiagnosis } from "../output/render-diagnosis.js";
import { settle } from "../settle.js";

export const doctor: CliCommand = {
  settings: ["dataFolder", "envFile", "json"],
  async run(invocation) {
    const { dataFolder, envFile, json } = settle(invocation, ["dataFolder", "envFile", "json"]);
    const { terminal } = invocation;
    const diagnosis = await diagnose({ env: terminal.environment, dataFolder, envFile });
    await terminal.data(
      json ? jsonLine(diagnosis) : renderDiagnosis(diagnosis, terminal.dataScreen),
    );
    return exitCodes.done;
  },
};
