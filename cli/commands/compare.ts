import { compareFiles } from "../../src/index.js";
import type { CliCommand } from "../command.js";
import { exitCodes } from "../exit-codes.js";
import { completedFileOf } from "../file-or-experiment.js";
import { jsonLine } from "../output/json.js";
import { renderComparison } from "../output/render-comparison.js";
import { settle } from "../settle.js";
import { tellLines } from "../tell-lines.js";

export const compare: CliCommand = {
  settings: ["dataFolder", "json"],
  flags: [
    {
      flag: "--keys",
      takes: "LIST",
      description: "compare these keys: match,latency_ms; without it, all scores",
    },
  ],
  async run(invocation) {
    const { terminal, ownFlags } = invocation;
    const [first = "", second = ""] = invocation.arguments;
    const { dataFolder, json } = settle(invocation, ["dataFolder", "json"]);
    const { keys } = ownFlags;
    const files = [
      await completedFileOf(first, dataFolder, terminal),
      await completedFileOf(second, dataFolder, terminal),
    ] as const;
    const comparison = await compareFiles(...files, {
      onLine: tellLines(terminal, "read"),
      ...(typeof keys === "string" && { keys: keys.split(",").map((key) => key.trim()) }),
    });
    await terminal.data(
      json
        ? jsonLine({ first: files[0], second: files[1], ...comparison })
        : renderComparison(comparison, { first, second }),
    );
    return exitCodes.done;
  },
};
