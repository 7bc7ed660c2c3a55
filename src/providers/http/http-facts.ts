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
  const root = rootOf(error);
  return root instanceof Error ? root.message : String(root);
}

/** The innermost cause's code: `ECONNREFUSED`, `ENOTFOUND`, `CERT_HAS_EXPIRED` … */
export function rootCode(error: unknown): string | undefined {
  const root = rootOf(error);
  const code = root instanceof Error && "code" in root ? root.code : undefined;
  return typeof code === "string" ? code : undefined;
}

function rootOf(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (error.cause instanceof Error) return rootOf(error.cause);
  // A host with several addresses fails with all their errors in one, which itself says nothing.
  if (error instanceof AggregateError && error.errors.length > 0) return rootOf(error.errors[0]);
  return error;
}
