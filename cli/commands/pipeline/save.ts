import type { CliCommand } from "../../command-line/command.js";
import { requiredArgument } from "../../command-line/required-argument.js";
import { settingsOf } from "../../command-line/settings-of.js";
import { exitCodes } from "../../exit-codes.js";
import { definitionFlags, definitionOptions } from "./definition-flags.js";

export const save: CliCommand = {
  settings: ["json"],
  flags: definitionFlags,
  async run(invocation) {
    const { terminal } = invocation;
    const { json } = settingsOf(invocation, ["json"]);
    const [{ readDefinition }, { dumpPipeline, dumpPipelineJson }] = await Promise.all([
      import("../../../src/client/pipeline/read-definition.js"),
      import("../../../src/pipeline/definition/definition-text.js"),
    ]);
    const file = requiredArgument(invocation);
    const { definition } = await readDefinition(file, definitionOptions(invocation));
    const text = json ? dumpPipelineJson(definition) : dumpPipeline(definition);
    await terminal.data(text.trimEnd());
    return exitCodes.done;
  },
};
