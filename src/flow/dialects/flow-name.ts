import { basename } from "node:path";
import { safeName } from "../../domain/graph/check/names.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import type { FlowFolder } from "./flow-folder.js";

/** The name in the file, else that of its folder, with letters, digits, `_` and `-` alone. */
export function flowName(
  name: JsonValue | undefined,
  { folder }: { readonly folder: FlowFolder },
): string {
  return safeName(typeof name === "string" && name !== "" ? name : basename(folder.folder));
}

export function descriptionOf({ description }: JsonObject): { readonly description?: string } {
  return typeof description === "string" && description !== "" ? { description } : {};
}
