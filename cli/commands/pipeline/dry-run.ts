import { defined } from "../../../src/domain/defined.js";
import type { CliCommand } from "../../command-line/command.js";
import { countFlag } from "../../command-line/count-flag.js";
import { requiredArgument } from "../../command-line/required-argument.js";
import { settingsOf } from "../../command-line/settings-of.js";
import { textFlag } from "../../command-line/text-flag.js";
import { exitCodes } from "../../exit-codes.js";
import type { ExitCode } from "../../exit-codes.js";
import { jsonLine } from "../../output/format/json.js";
import { renderDryRow } from "../../output/render/render-dry-row.js";
import { dataFlag, definitionFlags, definitionOptions } from "./definition-flags.js";

const settings = ["dataFolder", "envFile", "providers", "json"] as const;

export const dryRun: CliCommand = {
  settings,
  flags: [
    { flag: "--rows", takes: "N", description: "number of rows, from the first (default: 1)" },
    { flag: "--no-calls", description: "show the prompts, and send none of them" },
    dataFlag,
    ...definitionFlags,
  ],
  async run(invocation) {
    const { terminal } = invocation;
    const { json, dataFolder, envFile, providers } = settingsOf(invocation, settings);
    const { readDefinition } = await import("../../../src/client/pipeline/read-definition.js");
    const given = await readDefinition(requiredArgument(invocation), definitionOptions(invocation));
    const { dryRun: walk } = await import("../../../src/client/pipeline/dry-run.js");
    // A negative flag is false if it is given.
    const calls = invocation.ownFlags["no-calls"] !== false;
    const rows = walk(given, {
      dataFolder,
      envFile,
      calls,
      env: terminal.environment,
      ...defined({
        providers,
        rows: countFlag(invocation, "rows"),
        dataset: textFlag(invocation, "data"),
      }),
    });
    let code: ExitCode = exitCodes.done;
    for await (const row of rows) {
      await terminal.data(json ? jsonLine(row) : renderDryRow(row));
      if (calls && row.result.failures.length > 0) code = exitCodes.someFailed;
    }
    return code;
  },
};
