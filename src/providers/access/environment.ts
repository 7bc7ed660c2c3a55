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

/**
 * Returns the names and values of the secret variables that are set, including those of single
 * models.
 */
export function secretsOf(
  environment: Environment,
  secretVariables: readonly string[],
): Readonly<Record<string, string>> {
  const secrets: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    const isSecret = secretVariables.some(
      (secret) => name === secret || name.startsWith(`${secret}_`),
    );
    if (isSecret && value) secrets[name] = value;
  }
  return secrets;
}

/**
 * Minimum length of a secret. Shorter values are placeholders such as `-` or `none`, and removing
 * them would damage ordinary text.
 */
const shortestSecret = 6;

/** Removes the secrets from `text`, because an API or a library may have quoted them. */
export function redact(text: string, secrets: Iterable<string>): string {
  const forms = [...secrets].flatMap((secret) => [secret, encodeURIComponent(secret)]);
  return forms
    .filter((form) => form.length >= shortestSecret)
    .sort((one, other) => other.length - one.length)
    .reduce((rest, form) => rest.replaceAll(form, "[redacted]"), text);
}
