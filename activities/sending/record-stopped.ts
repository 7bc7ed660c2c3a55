import type { RecordResult } from "./sending.js";

/** Ends the handling of a record, which starts again in a later activity attempt, or never. */
export class RecordStopped extends Error {
  override readonly name = "RecordStopped";
  readonly result: RecordResult;

  constructor(result: RecordResult) {
    super(`The record can't continue now: ${result.status}`);
    this.result = result;
  }
}
