import { shellWord } from "./shell-word.js";

/** Parts of a secret's name: `OPENAI_API_KEY`, `--hf-token`, `ask.connection.apiKey`. */
const secretParts = new Set([
  ...["key", "apikey", "token", "secret", "password", "passwd", "credential", "credentials"],
  ...["authorization", "bearer"],
]);

/** True for the name of a variable, option or parameter that holds a secret. */
export function namesSecret(name: string): boolean {
  const parts = name
    .replaceAll(/([a-z])([A-Z])/g, "$1-$2")
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  return parts.some((part) => secretParts.has(part));
}

const mask = "***";

/** Secrets that vendors mark by a prefix. */
const markedKey = /\b(?:sk|pk|rk|hf|gsk|xai|ghp|AIza|AKIA|ya29)[-_.]?[\w-]{16,}/g;
/** Matches `name=value`, `"name": "value"` and `name: value`, in a word, a URL or JSON. */
const assignment = new RegExp(
  String.raw`([\w.-]*(?:key|token|secret|passw|credential|authorization|bearer)[\w.-]*)` +
    String.raw`(["']?\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s,;&"'}]+)`,
  "gi",
);
const bearer = /\b(bearer|basic)\s+[^\s"',]+/gi;
const userInUrl = /(\/\/[^/\s:@]*):[^/\s@]+@/g;

/**
 * Returns a command line that may be kept, without secrets.
 *
 * @param secrets values to remove, e.g. the keys in the environment
 */
export function keptCommandLine(words: readonly string[], secrets: readonly string[]): string {
  const kept = words.map((word, place) => {
    const before = words[place - 1] ?? "";
    const isValue = /^--?[\w-]+$/.test(before) && namesSecret(before) && !word.startsWith("-");
    return isValue ? mask : withoutSecrets(word, secrets);
  });
  return ["ostinato", ...kept].map(shellWord).join(" ");
}

function withoutSecrets(word: string, secrets: readonly string[]): string {
  const known = secrets.reduce((text, secret) => text.replaceAll(secret, mask), word);
  return known
    .replaceAll(bearer, `$1 ${mask}`)
    .replaceAll(assignment, (whole: string, name: string, sign: string) =>
      namesSecret(name) ? name + sign + mask : whole,
    )
    .replaceAll(userInUrl, `$1:${mask}@`)
    .replaceAll(markedKey, mask);
}
