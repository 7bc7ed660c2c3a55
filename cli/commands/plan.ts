import { extname } from "node:path";
import { UserError } from "../../src/domain/failure/user-error.js";
import { shellWord } from "../../src/domain/shell-word.js";
import { runSettingNames } from "../../src/settings/options/options.js";
import type { CliCommand, Invocation } from "../command-line/command.js";
import { areScorersDefaults, settingsOf } from "../command-line/settings-of.js";
import { withStdin } from "../command-line/with-stdin.js";
import { sampleFlags, sampleOptions, sendSample } from "../following/send-sample.js";
import { exitCodes } from "../exit-codes.js";
import { jsonLine } from "../output/format/json.js";
import { planJson, renderDetails, renderPlan } from "../output/render/render-plan.js";

const settings = [...runSettingNames, "json"] as const;

export const plan: CliCommand = {
  settings,
  flags: sampleFlags,
  run: (given) =>
    withStdin(given, async (invocation) => {
      const { terminal } = invocation;
      refuseOthers(given);
      const { json, ...resolved } = settingsOf(invocation, settings);
      const values = { ...resolved, scorersAreDefaults: areScorersDefaults(invocation) };
      const sample = sampleOptions(invocation);
      if (sample) {
        // Refuses an invalid input before a server is started.
        const { checkExperiment } = await import("../../src/client/start/check-experiment.js");
        await checkExperiment(values, terminal.environment);
        const { startSample } = await import("../../src/client/plan/start-sample.js");
        const code = await sendSample(
          async (ostinato) => startSample(ostinato, values, sample),
          terminal,
        );
        if (code !== exitCodes.done && code !== exitCodes.someFailed) return code;
      }
      const { planExperiment } = await import("../../src/client/plan/plan-experiment.js");
      const planned = await planExperiment(values, terminal.environment);
      const text = [
        renderPlan(planned, terminal.dataScreen.columns),
        ...renderDetails(planned),
      ].join("\n");
      await terminal.data(json ? jsonLine(planJson(planned)) : text);
      return exitCodes.done;
    }),
};

const ofPipelines = [".yaml", ".yml", ".ts", ".mts", ".js", ".mjs"];
const ofFlows = /(^|[/\\])(flow\.(dag|flex|chat)\.ya?ml|[^/\\]*\.prompty)$/;

/** Refuses a pipeline or a flow with a `UserError` that names the right command. */
function refuseOthers({ arguments: [file = ""] }: Invocation): void {
  const isFlow = ofFlows.test(file);
  if (!isFlow && !ofPipelines.includes(extname(file))) return;
  const word = shellWord(file);
  const ofFlow = `\`ostinato batch plan ${word} --data FILE\` for a flow`;
  const ofPipeline = `\`ostinato pipeline plan ${word}\` for a pipeline`;
  throw new UserError(
    `Expected an experiment file, JSONL or CSV, got ${JSON.stringify(file)}. Use ${isFlow ? ofFlow : `${ofPipeline}, or ${ofFlow}`}.`,
  );
}
