import { resolve } from "node:path";
import type { Compared } from "../../src/client/report/read-comparison.js";
import type { ReportFormat, WrittenReport } from "../../src/client/report/write-report.js";
import { defined } from "../../src/domain/defined.js";
import { UserError } from "../../src/domain/failure/user-error.js";
import type { CliCommand, Invocation } from "../command-line/command.js";
import { isFile } from "../command-line/file-or-experiment.js";
import { exitCodes } from "../exit-codes.js";
import { requiredArgument } from "../command-line/required-argument.js";
import { settingsOf } from "../command-line/settings-of.js";
import { textFlag } from "../command-line/text-flag.js";
import { tellLines } from "../following/tell-lines.js";

export const report: CliCommand = {
  settings: ["dataFolder"],
  flags: [
    {
      flag: "--output",
      takes: "FILE",
      description:
        "file to write (default: <stamp>-report-<name>.<format> in the run's output folder)",
    },
    {
      flag: "--format",
      takes: "FORMAT",
      description:
        "html; md or json for the figures; csv or parquet for the records (default: html)",
    },
    {
      flag: "--by",
      takes: "KEY",
      description:
        "compare the records of one run with each other: by `model`, or by a key of the input",
    },
    {
      flag: "--baseline",
      takes: "VALUE",
      description: "model, or value of --by, to compare the others with (default: the first one)",
    },
  ],
  async run(invocation) {
    const { terminal } = invocation;
    const { path } = await written(invocation, comparedOf(invocation));
    await terminal.data(path);
    return exitCodes.done;
  },
};

async function written(
  invocation: Invocation,
  compared: Compared | undefined,
): Promise<WrittenReport> {
  const { terminal } = invocation;
  const output = textFlag(invocation, "output");
  const options = {
    dataFolder: settingsOf(invocation, ["dataFolder"]).dataFolder,
    format: formatOf(textFlag(invocation, "format")),
    onRecord: tellLines(terminal, "read"),
    ...defined({ output: output === undefined ? undefined : resolve(terminal.folder, output) }),
  };
  if (compared) {
    const { writeComparison } = await import("../../src/client/report/write-comparison.js");
    return await writeComparison(compared, options);
  }
  const { writeReport } = await import("../../src/client/report/write-report.js");
  return await writeReport(runOf(invocation, requiredArgument(invocation)), options);
}

/** Returns the runs to compare, if there are any. Refuses arguments that cannot be combined. */
function comparedOf(invocation: Invocation): Compared | undefined {
  const [first = "", second] = invocation.arguments.map((given) => runOf(invocation, given));
  const by = textFlag(invocation, "by");
  const baseline = textFlag(invocation, "baseline");
  if (by !== undefined) {
    if (second === undefined) return { run: first, by, ...defined({ baseline }) };
    throw new UserError("Expected one run with --by, got two. Leave one out, or --by.");
  }
  if (baseline !== undefined) {
    throw new UserError(
      "--baseline needs --by, e.g. --by model. The first of two runs is their baseline.",
    );
  }
  return second === undefined ? undefined : { first, second };
}

/** Returns the run. A completed file stands for its run. */
function runOf({ terminal }: Invocation, given: string): string {
  const isCompletedFile = given.endsWith(".jsonl") && isFile(given, terminal);
  return isCompletedFile ? resolve(terminal.folder, given) : given;
}

const formats: readonly ReportFormat[] = ["html", "md", "json", "csv", "parquet"];

function formatOf(given = "html"): ReportFormat {
  const format = formats.find((known) => known === given);
  if (format !== undefined) return format;
  throw new UserError(
    `Expected --format to be one of ${formats.join(", ")}, got ${JSON.stringify(given)}.`,
  );
}
