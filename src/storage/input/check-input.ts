import type { GroupTable } from "../../domain/rates/group-table.js";
import type { PromptRecord } from "../../domain/record/prompt-record.js";
import type { CheckedInput, ScanOptions } from "./scan-input.js";
import { scanInput } from "./scan-input.js";

export type { CheckedInput } from "./scan-input.js";

export interface CheckOptions extends ScanOptions {
  /** Called for each valid record, with its group and line. */
  readonly onRecord?: (record: PromptRecord, place: RecordPlace) => void;
}

export interface RecordPlace {
  readonly group: string;
  readonly line: number;
}

/**
 * Checks a whole input file before anything is moved or started.
 *
 * Throws a `UserError` for an invalid file, with the first invalid lines and their problems.
 *
 * @param table counts the records by group
 */
export async function checkInput(
  path: string,
  options: CheckOptions,
  table?: GroupTable,
): Promise<CheckedInput> {
  const { checkRecord } = options;
  const checks: ScanOptions = {
    ...options,
    checkRecord: (record) => [...checkRecord(record), ...(table?.problemsOf(record) ?? [])],
  };
  return scanInput(path, checks, (scanned) => {
    if (!("record" in scanned) || !table) return;
    const { record, line } = scanned;
    options.onRecord?.(record, { group: table.add(record), line: line.line });
  });
}
