/**
 * Gemini's files API, which keeps files for two days: https://ai.google.dev/gemini-api/docs/files.
 */
import type { RemoteFiles } from "../../domain/record/remote-files.js";
import { UserError } from "../../domain/failure/user-error.js";
import { findGeminiAccess, geminiName } from "./access.js";
import type { GeminiAccess } from "./access.js";
import { ProviderError } from "../provider.js";
import type { Environment } from "../../domain/environment.js";

/**
 * @param model model whose API key is used, if it has its own
 * @throws UserError if no key is set
 */
export async function openGeminiFiles(
  environment: Environment,
  model?: string,
): Promise<RemoteFiles> {
  const access = accessOf(environment, model);
  const { openFilesClient } = await import("./files-client.js");
  return openFilesClient(access);
}

/**
 * Returns the account of a model's files. Models with files in the same account have equal values.
 */
export function geminiAccountOf(environment: Environment, model?: string): string {
  return JSON.stringify(accessOf(environment, model));
}

function accessOf(environment: Environment, model: string | undefined): GeminiAccess {
  const named = model === undefined ? {} : { model_name: model };
  try {
    return findGeminiAccess({ api: geminiName, prompt: "", ...named }, environment);
  } catch (error) {
    if (error instanceof ProviderError) throw new UserError(error.message, { cause: error });
    throw error;
  }
}
