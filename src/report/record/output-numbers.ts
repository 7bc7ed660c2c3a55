import { isJsonArray, isJsonObject } from "../../domain/json/json.js";
import type { JsonObject } from "../../domain/json/json.js";
import { inputsOf } from "./texts-of-line.js";

/**
 * Returns the numbers and booleans that a pipeline's row or a flow's line has produced. Empty for a
 * record, and for a row with several leaves, because their columns have the same names.
 */
export function outputNumbers(line: JsonObject): Readonly<Record<string, number | boolean>> {
  const { output, leaves } = line;
  if (isJsonObject(output)) return numbersIn(output);
  if (!isJsonArray(leaves) || leaves.length !== 1) return {};
  const row = isJsonObject(leaves[0]) ? leaves[0]["row"] : undefined;
  if (!isJsonObject(row)) return {};
  const given = inputsOf(line);
  const added = Object.entries(row).filter(([key]) => !Object.hasOwn(given, key));
  return numbersIn(Object.fromEntries(added));
}

function numbersIn(columns: JsonObject): Readonly<Record<string, number | boolean>> {
  const numbers: Record<string, number | boolean> = {};
  for (const [key, value] of Object.entries(columns)) {
    if (typeof value === "number" || typeof value === "boolean") numbers[key] = value;
  }
  return numbers;
}
