import type { JsonObject } from "../../domain/json/json.js";

/** `<api>/<model>` of a record, or the one of the two that it has. */
export function modelOf(record: JsonObject): string | undefined {
  const { api, model_name: name } = record;
  const parts = [api, name].filter((part) => typeof part === "string");
  return parts.length === 0 ? undefined : parts.join("/");
}
