import { defined } from "../../../src/domain/defined.js";
import type { StepStatus } from "../../../src/client/status/step-status.js";
import { UserError } from "../../../src/domain/failure/user-error.js";
import type { CliCommand } from "../../command-line/command.js";
import { requiredArgument } from "../../command-line/required-argument.js";
import { settingsOf } from "../../command-line/settings-of.js";
import { textFlag } from "../../command-line/text-flag.js";
import type { Terminal } from "../../output/terminal/terminal.js";
import { withOstinato } from "../../following/with-ostinato.js";
import { exitCodes } from "../../exit-codes.js";
import { dataFlag, definitionFlags, definitionOptions } from "./definition-flags.js";

const settings = ["dataFolder", "providers"] as const;

export const draw: CliCommand = {
  settings,
  flags: [
    { flag: "--live", takes: "NAME", description: "put the counts of this run into the graph" },
    dataFlag,
    ...definitionFlags,
  ],
  async run(invocation) {
    const { terminal } = invocation;
    const { dataFolder, providers } = settingsOf(invocation, settings);
    const name = textFlag(invocation, "live");
    const live = name === undefined ? undefined : await stepsOf(name, { dataFolder, terminal });
    const { drawPipeline } = await import("../../../src/client/pipeline/inspect-pipeline.js");
    const text = await drawPipeline(requiredArgument(invocation), {
      ...definitionOptions(invocation),
      ...defined({ dataset: textFlag(invocation, "data"), providers, live }),
    });
    await terminal.data(text.trimEnd());
    return exitCodes.done;
  },
};

async function stepsOf(
  name: string,
  { dataFolder, terminal }: { readonly dataFolder: string; readonly terminal: Terminal },
): Promise<readonly StepStatus[]> {
  let steps: readonly StepStatus[] | undefined;
  await withOstinato(terminal, async (ostinato) => {
    const { experimentStatus } = await import("../../../src/client/status/experiment-status.js");
    ({ steps } = await experimentStatus(ostinato, name, { dataFolder }));
    return exitCodes.done;
  });
  if (steps) return steps;
  throw new UserError(
    `Expected "${name}" to be a run of a pipeline, found no steps. Check --live.`,
  );
}
