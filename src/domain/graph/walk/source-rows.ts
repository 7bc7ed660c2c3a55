import { isJsonObject } from "../../json/json.js";
import type { JsonObject, JsonValue } from "../../json/json.js";
import type { Graph } from "../graph.js";
import type { SourceRows } from "./walk.js";

/**
 * Returns the rows with which a walk begins. A line of the run's input contains the row of the only
 * source, or the row of each source by name. A source whose rows have ended is absent.
 */
export function sourceRows(graph: Graph, line: JsonValue): SourceRows {
  const row = objectIn(line);
  const sources = sourcesOf(graph);
  const [only, ...others] = sources;
  if (only !== undefined && others.length === 0) return { [only]: row };
  const named = sources.filter((name) => Object.hasOwn(row, name));
  return Object.fromEntries(named.map((name) => [name, objectIn(row[name])]));
}

/** Returns the names of a graph's sources, in the order of their declaration. */
export function sourcesOf({ steps }: Graph): readonly string[] {
  return steps.filter(({ kind }) => kind === "source").map(({ name }) => name);
}

function objectIn(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** Returns the line for a walk that begins with the row of one source only. */
export function sourceLine(
  sources: readonly string[],
  source: string,
  row: JsonObject,
): JsonObject {
  return sources.length === 1 ? row : { [source]: row };
}
