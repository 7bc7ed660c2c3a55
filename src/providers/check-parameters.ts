import { isJsonObject } from "../domain/json/json.js";
import type { PromptRecord } from "../domain/record/prompt-record.js";

/** Options of Python clients, which prompto's users may have in their parameters. */
const clientOptions: readonly string[] = ["extra_body", "extra_headers", "extra_query"];

/** Parameters that make an answer arrive in pieces or later. */
const piecemeal: readonly string[] = ["stream", "background"];

/**
 * Returns the problems of `parameters` for every API. Unknown names are sent unchanged, and the API
 * checks them.
 * @param own names that the record itself sets
 */
export function checkParameters(
  { parameters }: PromptRecord,
  own: readonly string[],
): readonly string[] {
  if (parameters === undefined || parameters === null) return [];
  if (!isJsonObject(parameters)) {
    return [`Expected \`parameters\` to be an object, got ${JSON.stringify(parameters)}.`];
  }
  return Object.keys(parameters).flatMap((name) => {
    if (piecemeal.includes(name) && parameters[name] === true) {
      return [`\`parameters.${name}\` can't be true: an answer is recorded whole. Leave it out.`];
    }
    if (own.includes(name)) {
      return [`\`parameters.${name}\` is set by the record itself (\`model_name\`, \`prompt\`).`];
    }
    return clientOptions.includes(name)
      ? [`\`parameters.${name}\` is an option of Python's client, no parameter of the API.`]
      : [];
  });
}

export function checkModelName({ model_name: model }: PromptRecord): readonly string[] {
  return typeof model === "string" && model !== ""
    ? []
    : [
        `Expected \`model_name\` to be the name of a model, got ${model === undefined ? "none" : JSON.stringify(model)}.`,
      ];
}
