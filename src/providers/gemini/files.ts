/** Gemini's files API, which keeps files for two days: https://ai.google.dev/gemini-api/docs/files. */
import type { RemoteFiles } from "../../domain/record/remote-files.js";
import { UserError } from "../../domain/failure/user-error.js";
import { findGeminiAccess, geminiName } from "./access.js";
import type { GeminiAccess } from "./access.js";
import { ProviderError } from "../provider.js";
import type { Environment } from "../../domain/environment.js";

/**
 * @param model whose key counts, where it has one of its own
 * @throws UserError where no key is set
 */
export async function openGeminiFiles(
  environment: Environment,
  model?: string,
): Promise<RemoteFiles> {
  const access = accessOf(environment, model);
  const { openFiles } = await import("./files-client.js");
  return openFiles(access);
}

/** Equal for models whose files lie in the same account. */
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
