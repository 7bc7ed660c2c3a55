import { extname } from "node:path";
import { UserError } from "../../src/domain/failure/user-error.js";
import { shellWord } from "../../src/domain/shell-word.js";
import { runSettingNames } from "../../src/settings/options/options.js";
import type { CliCommand, Invocation } from "../command-line/command.js";
import { settingsOf } from "../command-line/settings-of.js";
import { withStdin } from "../command-line/with-stdin.js";
import { exitCodes } from "../exit-codes.js";
import { jsonLine } from "../output/format/json.js";
import { planJson, renderLongest, renderPlan } from "../output/render/render-plan.js";

const settings = [...runSettingNames, "json"] as const;

export const plan: CliCommand = {
  settings,
  run: (given) =>
    withStdin(given, async (invocation) => {
      const { terminal } = invocation;
      refuseOthers(given);
      const { json, ...values } = settingsOf(invocation, settings);
      const { planExperiment } = await import("../../src/client/plan/plan-experiment.js");
      const planned = await planExperiment(values, terminal.environment);
      await terminal.data(
        json ? jsonLine(planJson(planned)) : `${renderPlan(planned)}\n${renderLongest(planned)}`,
      );
      return exitCodes.done;
    }),
};

const ofPipelines = [".yaml", ".yml", ".ts", ".mts", ".js", ".mjs"];
const ofFlows = /(^|[/\\])(flow\.(dag|flex|chat)\.ya?ml|[^/\\]*\.prompty)$/;

/** Throws a `UserError` that names the command for a pipeline or a flow. */
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
