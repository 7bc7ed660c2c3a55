import type { JsonObject } from "../../domain/json/json.js";

/**
 * Returns the `<api>/<model>` of a record, or only the API or the model if the other is missing.
 */
export function modelOf(record: JsonObject): string | undefined {
  const { api, model_name: name } = record;
  const parts = [api, name].filter((part) => typeof part === "string");
  return parts.length === 0 ? undefined : parts.join("/");
}
