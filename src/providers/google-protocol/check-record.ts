import type { PromptRecord } from "../../domain/record/prompt-record.js";
import { checkModelName, checkParameters } from "../check-parameters.js";
import { thresholdOf } from "./body.js";

/** Returns the problems of a record except for those of its prompt, one sentence each. */
export function checkGoogleRecord(record: PromptRecord): readonly string[] {
  const { model_name: model, safety_filter: filter } = record;
  return [
    ...checkModelName(record),
    // The client treats these characters as an attempt to reach another address.
    ...(typeof model === "string" && /\.\.|[?&#\s]/.test(model)
      ? [`Expected \`model_name\` to be the name of a model, got ${JSON.stringify(model)}.`]
      : []),
    ...checkParameters(record, ["model", "contents"]),
    ...(thresholdOf(filter) === undefined
      ? [
          `safety_filter '${typeof filter === "string" ? filter : JSON.stringify(filter)}' not recognised. Must be one of: 'none', 'few', 'default'/'some', 'most'`,
        ]
      : []),
  ];
}
