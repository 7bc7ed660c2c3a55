import type { PromptRecord } from "../../src/domain/record/prompt-record.js";
import { parseRecord } from "../../src/storage/input/parse-record.js";
import type { GroupStore, IndexEntry } from "../../src/storage/log/group-store.js";
import type { OpenRun } from "../open-runs.js";

export interface RecordSource {
  readonly run: Pick<OpenRun, "manifest">;
  readonly store: GroupStore;
}

/** Reads a line of the input as a record. */
export async function readRecord(
  { run, store }: RecordSource,
  entry: IndexEntry,
): Promise<PromptRecord> {
  const parsed = parseRecord(await store.readLine(entry));
  if ("record" in parsed) return parsed.record;
  const { inputPath } = run.manifest;
  throw new Error(
    `Expected a record in ${JSON.stringify(inputPath)} line ${entry.line}, as when the run was prepared. Was the file changed? ${parsed.problems.join(" ")}`,
  );
}
