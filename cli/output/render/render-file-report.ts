import type { FileReport } from "../../../src/client/start/check-experiment-file.js";
import { problemText } from "../../../src/domain/record/problem-groups.js";
import { placeWord } from "../../../src/storage/input/input-format.js";
import { formatCountOf } from "../format/format-count.js";

/**
 * Renders the result of a check, the invalid lines, and the unset variables.
 *
 * @param name name to show in place of the file's path
 */
export function renderFileReport(report: FileReport, name = report.file): string {
  const { file, valid, records, invalid, grouped, environment, notices } = report;
  const good = formatCountOf(records, "record");
  const bad = formatCountOf(invalid, "invalid line");
  const lines = [valid ? `${name} is valid: ${good}` : `${name} is not valid: ${good}, ${bad}`];
  const place = placeWord(file);
  for (const group of grouped) lines.push(`  ${problemText(group, place)}`);
  const lacking = environment.filter(({ missing }) => missing.length > 0);
  for (const { target, missing } of lacking) {
    lines.push(
      `  ${target} needs ${missing.join(", ")}: not set in the environment or the environment file`,
    );
  }
  lines.push(...notices.map((notice) => `  ${notice}`));
  return lines.join("\n");
}
