import type { JsonValue } from "../../domain/json/json.js";

/** Counts the tokens of all texts in a value, with OpenAI's newest tokenizer. */
export async function tokensIn(value: JsonValue | readonly JsonValue[]): Promise<number> {
  const count = await loadTokenizer();
  return textsIn(value).reduce((sum, text) => sum + count(text), 0);
}

/** Returns all texts in a value, at any depth. */
export function textsIn(value: JsonValue | readonly JsonValue[]): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap((part: JsonValue) => textsIn(part));
}

let tokenizer: Promise<(text: string) => number> | undefined;

/** Loads the tokenizer. It is 2 MB of code, and loaded only if tokens are counted. */
export async function loadTokenizer(): Promise<(text: string) => number> {
  tokenizer ??= import("gpt-tokenizer/encoding/o200k_base").then(
    ({ countTokens }) =>
      (text) =>
        // Without this option, a text that contains a special token, such as the end of a text,
        // would throw.
        countTokens(text, { disallowedSpecial: new Set() }),
  );
  return tokenizer;
}
