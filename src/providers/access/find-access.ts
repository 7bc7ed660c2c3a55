/** The parts of the environment that a record's call needs: a key and the address of the API. */
import type { PromptRecord } from "../../domain/record/prompt-record.js";
import { lookUp, modelVariable } from "./environment.js";
import { ProviderError } from "../provider.js";
import type { Environment } from "../../domain/environment.js";

/** Returns the model's variable and the general one for `missingVariables`, if neither is set. */
export function missingKey(
  variable: string,
  record: PromptRecord,
  environment: Environment,
): readonly string[] {
  return lookUp(environment, variable, record.model_name) === undefined
    ? [namesOf(variable, record).reverse().join(" or ")]
    : [];
}

/** Returns the key of a record's model. The call is blocked if the key is missing or malformed. */
export function requireKey(
  variable: string,
  record: PromptRecord,
  environment: Environment,
): string {
  const key = findKey(variable, record, environment);
  if (key === undefined) throw blocked(missingMessage(variable, record));
  return key;
}

/**
 * Returns the key of a record's model, for APIs that work without one. The call is blocked if the
 * key is malformed.
 */
export function findKey(
  variable: string,
  record: PromptRecord,
  environment: Environment,
): string | undefined {
  const key = lookUp(environment, variable, record.model_name);
  if (key !== undefined && !/^[\x21-\x7e]+$/.test(key)) {
    throw blocked(`\`${variable}\` holds a space or a letter that no key has. Correct it.`);
  }
  return key;
}

/** Returns the URL in the first of `variables` that is set for the record's model. */
export function findBaseUrl(
  variables: readonly string[],
  record: PromptRecord,
  environment: Environment,
): string | undefined {
  for (const variable of variables) {
    const url = lookUp(environment, variable, record.model_name);
    if (url === undefined) continue;
    if (isUsable(url)) return url;
    throw blocked(
      `Expected \`${variable}\` to be a URL without user and password, such as http://127.0.0.1:8000.`,
    );
  }
  return undefined;
}

/**
 * Returns the URL of a server without a default address, without a trailing slash. The call is
 * blocked if none is set.
 */
export function requireEndpoint(
  variable: string,
  record: PromptRecord,
  environment: Environment,
): string {
  const url = findBaseUrl([variable], record, environment);
  if (url === undefined) throw blocked(missingMessage(variable, record));
  return url.replace(/\/+$/, "");
}

function isUsable(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, username, password } = new URL(url);
  return /^https?:$/.test(protocol) && username === "" && password === "";
}

function namesOf(variable: string, { model_name: model }: PromptRecord): string[] {
  return model === undefined ? [variable] : [variable, modelVariable(variable, model)];
}

function missingMessage(variable: string, record: PromptRecord): string {
  const names = namesOf(variable, record).map((name) => `'${name}'`);
  const isUnset =
    names.length > 1
      ? `Neither ${names.join(" nor ")} environment variable is set`
      : `${names.join("")} environment variable is not set`;
  return `${isUnset}. Set it in the environment file or for the worker.`;
}

function blocked(message: string): ProviderError {
  return new ProviderError(message, { kind: "missing-key" });
}
