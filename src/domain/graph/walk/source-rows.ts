import { isJsonObject } from "../../json/json.js";
import type { JsonObject, JsonValue } from "../../json/json.js";
import type { Graph } from "../graph.js";
import type { SourceRows } from "./walk.js";

/**
 * The rows with which a walk begins, from a line of the run's input: it has the row of the only
 * source, or the row of each source by name.
 */
export function sourceRows({ steps }: Graph, line: JsonValue): SourceRows {
  const row = objectIn(line);
  const sources = steps.filter(({ kind }) => kind === "source");
  const [only, ...others] = sources;
  if (only && others.length === 0) return { [only.name]: row };
  return Object.fromEntries(sources.map(({ name }) => [name, objectIn(row[name])]));
}

function objectIn(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
