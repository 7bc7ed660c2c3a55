import { resolve } from "node:path";
import type { ReportFormat } from "../../src/client/report/write-report.js";
import { UserError } from "../../src/domain/failure/user-error.js";
import type { CliCommand } from "../command-line/command.js";
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
  ],
  async run(invocation) {
    const { terminal } = invocation;
    const name = requiredArgument(invocation);
    const { dataFolder } = settingsOf(invocation, ["dataFolder"]);
    const output = textFlag(invocation, "output");
    const { writeReport } = await import("../../src/client/report/write-report.js");
    const { path } = await writeReport(name, {
      dataFolder,
      format: formatOf(textFlag(invocation, "format")),
      onRecord: tellLines(terminal, "read"),
      ...(output !== undefined && { output: resolve(terminal.folder, output) }),
    });
    await terminal.data(path);
    return exitCodes.done;
  },
};

const formats: readonly ReportFormat[] = ["html", "md", "json", "csv", "parquet"];

function formatOf(given = "html"): ReportFormat {
  const format = formats.find((known) => known === given);
  if (format !== undefined) return format;
  throw new UserError(
    `Expected --format to be one of ${formats.join(", ")}, got ${JSON.stringify(given)}.`,
  );
}
