import { redact } from "../access/environment.js";
import { ProviderError } from "../provider.js";

/** Removes the secrets from a failure. Also drops its cause, which may quote secrets too. */
export function redactFailure(failure: ProviderError, secrets: readonly string[]): ProviderError {
  const clean = (text: string): string => redact(text, secrets);
  const { headers, code, requestId, ...facts } = failure.facts;
  return new ProviderError(clean(failure.message), {
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
