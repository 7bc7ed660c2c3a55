import { basename } from "node:path";
import { safeName } from "../../domain/graph/check/names.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import type { FlowFolder } from "./flow-folder.js";

/**
 * Returns the name in the file, otherwise the name of its folder, with only letters, digits, `_`
 * and `-`.
 */
export function flowName(
  name: JsonValue | undefined,
  { folder }: { readonly folder: FlowFolder },
): string {
  return safeName(typeof name === "string" && name !== "" ? name : basename(folder.folder));
}

export function descriptionOf({ description }: JsonObject): { readonly description?: string } {
  return typeof description === "string" && description !== "" ? { description } : {};
}
