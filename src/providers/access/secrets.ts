import type { Environment } from "../../domain/environment.js";

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
