import { UserError } from "../../failure/user-error.js";
import type { JsonObject } from "../../json/json.js";

/** Name of the column with the row numbers of a source, as in promptflow. */
export const lineNumberColumn = "line_number";

/**
 * Returns the number of a row, or `undefined` if it has none. Accepts text that consists of digits,
 * because the cells of a CSV file are texts. Throws a `UserError` for other values.
 *
 * @param place place of the row for the message, e.g. `"data", row 3`
 */
export function lineNumberOf(row: JsonObject, place: string): number | undefined {
  const value = row[lineNumberColumn] ?? undefined;
  if (value === undefined || value === "") return undefined;
  const number = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof number === "number" && Number.isSafeInteger(number) && number >= 0) return number;
  throw new UserError(
    `${place}: Expected a whole number from 0 on in the column \`${lineNumberColumn}\`, got ${JSON.stringify(value)}.`,
  );
}
