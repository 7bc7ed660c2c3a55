import type { JsonObject, JsonValue } from "../../json/json.js";
import { BatchTally } from "./batch-tally.js";
import type { BatchParts } from "./batch-tally.js";
import { batchResultFromJson, batchResultToJson } from "./result-json.js";
import type { BatchResultFields } from "./result-fields.js";

/** The result of a batch run. */
export type BatchResult = BatchResultFields;

interface BatchResultCompanion {
  /** Builds a result. After a cancellation or a timeout, it covers only the ended lines. */
  readonly create: (parts: BatchParts) => BatchResult;
  /** The result under promptflow's names. */
  readonly toJson: (result: BatchResult) => JsonObject;
  /** Reads the JSON of `toJson`. Throws an `Error` for anything else. */
  readonly fromJson: (json: JsonValue) => BatchResult;
}

export const BatchResult: BatchResultCompanion = {
  create: ({ lines, lineNumbers, ...end }) => {
    const tally = new BatchTally(lineNumbers);
    for (const line of lines) tally.add(line);
    return tally.result(end);
  },
  toJson: batchResultToJson,
  fromJson: batchResultFromJson,
};
