import type { JsonObject, JsonValue } from "../json/json.js";

/**
 * A record: one line of the input, as prompto defines it. Other keys belong to the user and stay
 * unchanged.
 */
export interface PromptRecord {
  readonly api: string;
  readonly prompt: Prompt;
  readonly model_name?: string;
  readonly id?: JsonValue;
  readonly group?: JsonValue;
  /** Parameters that are passed unchanged to the API. @default {} */
  readonly parameters?: JsonObject | null;
  readonly [key: string]: JsonValue | undefined;
}

/**
 * One user message, a list of messages that are sent turn by turn, or a history of role objects
 * that is sent in one call.
 */
export type Prompt = string | readonly string[] | readonly JsonObject[];

export function isChat(prompt: Prompt): prompt is readonly string[] {
  return Array.isArray(prompt) && prompt.every((turn) => typeof turn === "string");
}

/**
 * Returns the number of calls for a record without retries: one per turn of a chat, otherwise one.
 * An empty chat has none.
 */
export function turnCount(prompt: Prompt): number {
  return isChat(prompt) ? prompt.length : 1;
}

/** Returns `<api>/<model>`, the unit for blocking, for waits after a 429 and for limits. */
export function targetOf(record: Pick<PromptRecord, "api" | "model_name">): string {
  return record.model_name === undefined ? record.api : `${record.api}/${record.model_name}`;
}
