/**
 * What a fetch rejects with where no answer came: a `TypeError`, as the real one does, whose cause says why in its
 * message and `code` (`ECONNREFUSED`, `ENOTFOUND`, `CERT_HAS_EXPIRED` …).
 */
export function fetchFailed(error: unknown, url: URL): TypeError {
  // The real fetch has wrapped it already.
  const inner = error instanceof TypeError && error.cause instanceof Error ? error.cause : error;
  return new TypeError("fetch failed", { cause: worded(inner, url) });
}

const tooSlow = new Set(["UND_ERR_CONNECT_TIMEOUT", "ETIMEDOUT"]);

/** The vendors' clients drop the cause of what calls itself a timeout, and take it for one of their own. */
function worded(error: unknown, url: URL): unknown {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (typeof code !== "string" || !tooSlow.has(code)) return error;
  return Object.assign(new Error(`no connection to ${url.host} came about in time`), { code });
}
