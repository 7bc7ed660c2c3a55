import type { JsonValue } from "../../domain/json/json.js";
import { parseJsonText } from "../../domain/json/json-text.js";
import { factsOfHeaders, rootMessage } from "./http-facts.js";
import { ProviderError } from "../provider.js";

/**
 * Reads the JSON of a successful answer. A body that is incomplete, empty or not JSON is a
 * `broken-body`.
 */
export async function readJsonBody(response: Response, signal: AbortSignal): Promise<JsonValue> {
  const text = await readText(response, signal);
  if (text.trim() === "") throw brokenBody("The answer is empty.", response);
  const body = parse(text);
  if (body !== undefined) return body;
  throw brokenBody(
    `The answer is not JSON: ${JSON.stringify(text.slice(0, longestBody))}`,
    response,
  );
}

async function readText(response: Response, signal: AbortSignal): Promise<string> {
  try {
    return await response.text();
  } catch (error) {
    if (signal.aborted) throw error;
    throw brokenBody(`The answer broke off: ${rootMessage(error)}`, response);
  }
}

function parse(text: string): JsonValue | undefined {
  try {
    // Python servers write NaN, which leaves the rest of the answer intact.
    return parseJsonText(text);
  } catch {
    return undefined;
  }
}

/** Number of characters of a body that reach `redactFailure`, which cuts the message further. */
const longestBody = 10_000;

/**
 * Returns the error for an unusable answer with a success status. A quoted body is cut only after
 * its secrets are removed, because half a secret would not be found.
 */
export function brokenBody(message: string, { status, headers }: Response): ProviderError {
  return new ProviderError(message, { kind: "broken-body", status, ...factsOfHeaders(headers) });
}
