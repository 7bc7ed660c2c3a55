import { redact } from "../access/secrets.js";
import { ProviderError } from "../provider.js";

/** Maximum number of characters of a message that quotes an unusable body. */
const longestQuote = 400;

/** Removes the secrets from a failure. Also drops its cause, which may quote secrets too. */
export function redactFailure(failure: ProviderError, secrets: readonly string[]): ProviderError {
  const clean = (text: string): string => redact(text, secrets);
  const { headers, code, requestId, ...facts } = failure.facts;
  const message = clean(failure.message);
  const isQuote = facts.kind === "broken-body" && message.length > longestQuote;
  return new ProviderError(isQuote ? `${message.slice(0, longestQuote)}…` : message, {
    ...facts,
    ...(code !== undefined && { code: clean(code) }),
    ...(requestId !== undefined && { requestId: clean(requestId) }),
    ...(headers !== undefined && {
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name, clean(value)]),
      ),
    }),
  });
}
