import { UserError } from "../../failure/user-error.js";
import type { JsonObject } from "../../json/json.js";

/** The column that numbers the rows of a source, as in promptflow. */
export const lineNumberColumn = "line_number";

/**
 * The number of a row, or `undefined` if it has none. The cells of a CSV file are texts, so a text
 * of digits counts. Throws a `UserError` for other values.
 *
 * @param place of the row, for the message, e.g. `"data", row 3`
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
