import type { FileReport } from "../../../src/client/start/check-experiment-file.js";
import { formatCountOf } from "../format/format-count.js";

/** The result, the invalid lines, and the unset variables. */
export function renderFileReport(report: FileReport): string {
  const { file, valid, records, invalid, problems, environment } = report;
  const good = formatCountOf(records, "record");
  const bad = formatCountOf(invalid, "invalid line");
  const lines = [valid ? `${file} is valid: ${good}` : `${file} is not valid: ${good}, ${bad}`];
  const place = file.endsWith(".csv") ? "row" : "line";
  for (const { line, problems: each } of problems) {
    for (const problem of each) lines.push(`  ${place} ${line}: ${problem}`);
  }
  const lacking = environment.filter(({ missing }) => missing.length > 0);
  for (const { target, missing } of lacking) {
    lines.push(
      `  ${target} needs ${missing.join(", ")}: not set in the environment or the environment file`,
    );
  }
  return lines.join("\n");
}
