import type { JsonValue } from "../../domain/json/json.js";
import { parseJsonText } from "../../domain/json/json-text.js";
import { factsOfHeaders, rootMessage } from "./http-facts.js";
import { ProviderError } from "../provider.js";

/** The JSON of a successful answer. What breaks off, is empty or is no JSON is a `broken-body`. */
export async function readJsonBody(response: Response, signal: AbortSignal): Promise<JsonValue> {
  const text = await readText(response, signal);
  if (text.trim() === "") throw brokenBody("The answer is empty.", response);
  const body = parse(text);
  if (body !== undefined) return body;
  throw brokenBody(`The answer is not JSON: ${JSON.stringify(text.slice(0, 200))}`, response);
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
    // Servers in Python write NaN, which takes nothing from the answer beside it.
    return parseJsonText(text);
  } catch {
    return undefined;
  }
}

/** An answer came, with a status of success, and can't be used. */
export function brokenBody(message: string, { status, headers }: Response): ProviderError {
  return new ProviderError(message, { kind: "broken-body", status, ...factsOfHeaders(headers) });
}
