import type { ErrorGroup } from "../../../src/client/status/run-tallies.js";
import { remedyFor } from "../../../src/domain/failure/remedy-for.js";
import type { FailedRecords } from "../../../src/report/summary.js";
import { shellWord } from "../../../src/domain/shell-word.js";
import type { Fact } from "./facts.js";
import { formatCount } from "./format-count.js";
import { errorLines } from "./error-lines.js";

/** Maximum number of kinds with two lines. Further kinds are only counted. */
const mostExplained = 3;

/**
 * Returns the failures of an ended run, two lines per kind: count and one message, then the remedy.
 *
 * @param name name of the experiment
 */
export function failureFacts(failures: readonly FailedRecords[], name: string): readonly Fact[] {
  const explained = failures.slice(0, mostExplained).flatMap((failure): Fact[] => [
    ["failed", failureText(failure)],
    ["", remedyFor(failure.type, shellWord(name))],
  ]);
  const others = failures.slice(mostExplained).map(countText);
  return [...explained, ["failed", others.join(", ")]];
}

/** Returns the failed calls of a run so far, two lines per kind. */
export function errorFacts(errors: readonly ErrorGroup[], nowMs: number): readonly Fact[] {
  return errors.slice(0, mostExplained).flatMap((error): Fact[] => {
    const [what, remedy] = errorLines(error, nowMs);
    return [
      ["errors", what],
      ["", remedy],
    ];
  });
}

function failureText(failure: FailedRecords): string {
  const { example, exampleId } = failure;
  const record = exampleId === undefined ? "" : ` (record ${JSON.stringify(exampleId)})`;
  return `${countText(failure)}${record}${example === "" ? "" : `: ${example}`}`;
}

function countText({ type, records }: FailedRecords): string {
  return `${formatCount(records)} ${type}`;
}
