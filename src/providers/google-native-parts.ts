import type { JsonObject } from "../domain/json.js";

/** https://ai.google.dev/api/caching#Part, in both of the spellings that the API takes. */
const nativeKeys =
  /^(text|inline_?data|file_?data|function_?(call|response)|executable_?code|code_?execution_?result)$/i;

/** Whether a part has the API's own form, which has no `type`: it goes as it is. */
export function isNativePart(part: JsonObject): boolean {
  return part["type"] === undefined && Object.keys(part).some((key) => nativeKeys.test(key));
}
