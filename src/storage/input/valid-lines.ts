import type { LineForm } from "../../domain/record/input-form.js";
import { experimentLines, recordOfLine } from "./experiment-lines.js";
import type { CheckRecord } from "./scan-input.js";

/** Yields the texts of the valid records of an input. */
export async function* validLines(
  path: string,
  checkRecord: CheckRecord,
  form: LineForm = {},
): AsyncGenerator<string, void, undefined> {
  for await (const line of experimentLines(path, { form })) {
    const parsed = recordOfLine(line);
    if ("record" in parsed && checkRecord(parsed.record).length === 0) yield line.text;
  }
}
