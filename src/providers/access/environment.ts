import { readFile } from "node:fs/promises";
import { UserError } from "../../domain/failure/user-error.js";
import type { Environment } from "../../domain/environment.js";
import { parseEnvFile } from "./env-file.js";

/**
 * Reads the variables of `envFile`, which may be missing. Variables of the process override them.
 */
export async function readEnvironment(
  envFile: string | undefined,
  processEnvironment: Environment,
): Promise<Environment> {
  if (envFile === undefined) return { ...processEnvironment };
  const variables = parseEnvFile(await readEnvFile(envFile), processEnvironment);
  return { ...variables, ...processEnvironment };
}

async function readEnvFile(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (code === "ENOENT") return "";
    const why = code === "EISDIR" ? "it is a folder" : code;
    throw new UserError(
      `Could not read the environment file "${path}": ${why}. Correct it, or choose another file with --env-file.`,
      { cause: error },
    );
  }
}

/** Returns the name of a variable for one model only: `OPENAI_API_KEY_gpt_4o`. */
export function modelVariable(variable: string, model: string): string {
  return `${variable}_${model.replace(/[-/.: ]/g, "_")}`;
}

/**
 * Returns the model's own variable if it is set, otherwise the general one. An empty variable
 * counts as unset.
 */
export function lookUp(
  environment: Environment,
  variable: string,
  model: string | undefined,
): string | undefined {
  const general = environment[variable];
  const own = model === undefined ? undefined : environment[modelVariable(variable, model)];
  return own?.trim() || general?.trim() || undefined;
}
