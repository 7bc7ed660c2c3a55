import type { PromptRecord } from "../../domain/record/prompt-record.js";
import { findBaseUrl, requireKey } from "../access/find-access.js";
import type { Environment } from "../../domain/environment.js";

export const geminiName = "gemini";
export const geminiKeyVariable = "GEMINI_API_KEY";

export const geminiUrlVariables = ["GEMINI_BASE_URL", "GOOGLE_GEMINI_BASE_URL"];
const defaultBaseUrl = "https://generativelanguage.googleapis.com";

/** The account and the address of a record's call. */
export interface GeminiAccess {
  readonly apiKey: string;
  readonly baseUrl: string;
}

/** Returns the access for a record's model. Throws a `missing-key` if the model has no key. */
export function findGeminiAccess(record: PromptRecord, environment: Environment): GeminiAccess {
  return {
    apiKey: requireKey(geminiKeyVariable, record, environment),
    baseUrl: findBaseUrl(geminiUrlVariables, record, environment) ?? defaultBaseUrl,
  };
}
