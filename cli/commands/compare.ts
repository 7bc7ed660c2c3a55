import type { CliCommand } from "../command-line/command.js";
import { exitCodes } from "../exit-codes.js";
import { completedFileOf } from "../command-line/file-or-experiment.js";
import { jsonLine } from "../output/format/json.js";
import { renderComparison } from "../output/render/render-comparison.js";
import { settingsOf } from "../command-line/settings-of.js";
import { tellLines } from "../following/tell-lines.js";
import { textFlag } from "../command-line/text-flag.js";

const settings = ["dataFolder", "json"] as const;

export const compare: CliCommand = {
  settings,
  flags: [
    {
      flag: "--keys",
      takes: "LIST",
      description: "keys to compare, comma-separated, e.g. match,latency_ms (default: all scores)",
    },
  ],
  async run(invocation) {
    const { terminal } = invocation;
    const [first = "", second = ""] = invocation.arguments;
    const { dataFolder, json } = settingsOf(invocation, settings);
    const keys = textFlag(invocation, "keys");
    const files = [
      await completedFileOf(first, dataFolder, terminal),
      await completedFileOf(second, dataFolder, terminal),
    ] as const;
    const { compareFiles } = await import("../../src/client/answers/compare-answers.js");
    const comparison = await compareFiles(...files, {
      onLine: tellLines(terminal, "read"),
      ...(keys !== undefined && { keys: keys.split(",").map((key) => key.trim()) }),
    });
    await terminal.data(
      json
        ? jsonLine({ first: files[0], second: files[1], ...comparison })
        : renderComparison(comparison, { first, second }),
    );
    return exitCodes.done;
  },
};
