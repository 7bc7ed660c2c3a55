import { escapeLineSeparators } from "../../../src/domain/json/json-text.js";

/** Formats a value as one JSON object on one line. */
export function jsonLine(value: object): string {
  return escapeLineSeparators(JSON.stringify(value));
}
