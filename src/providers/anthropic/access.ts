import type { PromptRecord } from "../../domain/record/prompt-record.js";
import { findBaseUrl, requireKey } from "../access/find-access.js";
import type { Environment } from "../../domain/environment.js";
import type { AnthropicAccess } from "./client.js";

export const anthropicKeyVariable = "ANTHROPIC_API_KEY";
const defaultBaseUrl = "https://api.anthropic.com";

/** Returns the access for a record's model. Throws a `missing-key` if the model has no key. */
export function findAnthropicAccess(
  record: PromptRecord,
  environment: Environment,
): AnthropicAccess {
  return {
    apiKey: requireKey(anthropicKeyVariable, record, environment),
    baseUrl: findBaseUrl(["ANTHROPIC_BASE_URL"], record, environment) ?? defaultBaseUrl,
  };
}
