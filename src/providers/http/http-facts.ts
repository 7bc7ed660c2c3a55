import { defined } from "../../domain/defined.js";

const keptHeaders =
  /^(retry-after(-ms)?|x-should-retry|(x-)?request-id|(x|anthropic)-ratelimit-.*)$/;

/** Headers with the id of a request. `mistral-correlation-id` is Mistral's. */
const requestIdHeaders = ["x-request-id", "request-id", "mistral-correlation-id"];

/** Returns the headers that a failure's facts keep. Other headers may contain cookies. */
export function factsOfHeaders(headers: Headers): {
  readonly headers: Readonly<Record<string, string>>;
  readonly requestId?: string;
} {
  const kept = [...headers.entries()].filter(([name]) => keptHeaders.test(name));
  const requestId = requestIdHeaders.map((name) => headers.get(name)).find((id) => id !== null);
  return { headers: Object.fromEntries(kept), ...defined({ requestId: requestId ?? undefined }) };
}

/**
 * Returns the message of the innermost cause (`connect ECONNREFUSED 127.0.0.1:9`). The outer errors
 * only say `fetch failed`.
 */
export function rootMessage(error: unknown): string {
  const root = rootOf(error);
  return root instanceof Error ? root.message : String(root);
}

/** Returns the code of the innermost cause: `ECONNREFUSED`, `ENOTFOUND`, `CERT_HAS_EXPIRED` … */
export function rootCode(error: unknown): string | undefined {
  const root = rootOf(error);
  const code = root instanceof Error && "code" in root ? root.code : undefined;
  return typeof code === "string" ? code : undefined;
}

function rootOf(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (error.cause instanceof Error) return rootOf(error.cause);
  // A host with several addresses fails with an AggregateError of all their errors and without its
  // own message.
  if (error instanceof AggregateError && error.errors.length > 0) return rootOf(error.errors[0]);
  return error;
}
