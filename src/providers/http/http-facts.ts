const keptHeaders =
  /^(retry-after(-ms)?|x-should-retry|(x-)?request-id|(x|anthropic)-ratelimit-.*)$/;

/** What a failure's facts keep of the headers; others may hold cookies. */
export function factsOfHeaders(headers: Headers): {
  readonly headers: Readonly<Record<string, string>>;
  readonly requestId?: string;
} {
  const kept = [...headers.entries()].filter(([name]) => keptHeaders.test(name));
  const requestId = headers.get("x-request-id") ?? headers.get("request-id");
  return { headers: Object.fromEntries(kept), ...(requestId !== null && { requestId }) };
}

/** The innermost cause says what happened (`connect ECONNREFUSED 127.0.0.1:9`), the outer ones `fetch failed`. */
export function rootMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return rootMessage(error.cause);
  // A host with several addresses fails with all their errors in one, which itself says nothing.
  if (error instanceof AggregateError && error.errors.length > 0)
    return rootMessage(error.errors[0]);
  return error.message;
}
