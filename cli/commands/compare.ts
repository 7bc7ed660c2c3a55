import type { CliCommand, Invocation } from "../command-line/command.js";
import type { CompareOptions } from "../../src/client/answers/compare-answers.js";
import type { ValueComparison } from "../../src/domain/scores/comparison.js";
import { defined } from "../../src/domain/defined.js";
import { exitCodes } from "../exit-codes.js";
import { completedFileOf } from "../command-line/file-or-experiment.js";
import { jsonLine } from "../output/format/json.js";
import { renderComparison } from "../output/render/render-comparison.js";
import { settingsOf } from "../command-line/settings-of.js";
import { tellLines } from "../following/tell-lines.js";
import { textFlag } from "../command-line/text-flag.js";
import { UserError } from "../../src/domain/failure/user-error.js";

const settings = ["dataFolder", "json"] as const;

export const compare: CliCommand = {
  settings,
  flags: [
    {
      flag: "--keys",
      takes: "LIST",
      description: "keys to compare, comma-separated, e.g. match,latency_ms (default: all scores)",
    },
    {
      flag: "--by",
      takes: "KEY",
      description: "compare the records of A with each other: by `model`, or by a key of the input",
    },
    {
      flag: "--baseline",
      takes: "VALUE",
      description: "model, or value of --by, to compare the others with (default: the first one)",
    },
  ],
  async run(invocation) {
    const { terminal, arguments: given } = invocation;
    const { dataFolder, json } = settingsOf(invocation, settings);
    const by = textFlag(invocation, "by");
    refuseMixed(given, by, textFlag(invocation, "baseline"));
    const files: string[] = [];
    for (const each of given) files.push(await completedFileOf(each, dataFolder, terminal));
    const compared =
      by === undefined
        ? [await compareTwo(invocation, files)]
        : await compareOne(invocation, files);
    await terminal.data(
      json
        ? compared.map((each) => jsonLine(each)).join("\n")
        : compared
            .map((each) => {
              const names = by === undefined ? namesOf(given) : each;
              return renderComparison(each, names, terminal.dataScreen.columns);
            })
            .join("\n\n"),
    );
    return exitCodes.done;
  },
};

/** Refuses arguments that cannot be combined, before anything is read. */
function refuseMixed(
  { length }: readonly string[],
  by: string | undefined,
  baseline: string | undefined,
): void {
  if (by === undefined && length < 2) {
    throw new UserError(
      "Expected two runs to compare, got one. Name a second one, or compare the models of one run with --by model.",
    );
  }
  if (by !== undefined && length > 1) {
    throw new UserError("Expected one run with --by, got two. Leave one out, or --by.");
  }
  if (by === undefined && baseline !== undefined) {
    throw new UserError("--baseline needs --by, e.g. --by model. A is the baseline of two runs.");
  }
}

async function compareTwo(
  invocation: Invocation,
  files: readonly string[],
): Promise<ValueComparison> {
  const { first, second } = namesOf(files);
  const { compareFiles } = await import("../../src/client/answers/compare-answers.js");
  return { first, second, ...(await compareFiles(first, second, optionsOf(invocation))) };
}

/** Compares the records of one file. Each comparison also names the file and the key. */
async function compareOne(
  invocation: Invocation,
  [file = ""]: readonly string[],
): Promise<readonly ValueComparison[]> {
  const by = textFlag(invocation, "by") ?? "";
  const { compareWithin } = await import("../../src/client/answers/compare-answers.js");
  const compared = await compareWithin(file, {
    ...optionsOf(invocation),
    by,
    ...defined({ baseline: textFlag(invocation, "baseline") }),
  });
  return compared.map((each) => ({ file, by, ...each }));
}

function optionsOf(invocation: Invocation): CompareOptions {
  const keys = textFlag(invocation, "keys")
    ?.split(",")
    .map((key) => key.trim());
  return { onLine: tellLines(invocation.terminal, "read"), ...defined({ keys }) };
}

function namesOf([first = "", second = ""]: readonly string[]): {
  readonly first: string;
  readonly second: string;
} {
  return { first, second };
}
