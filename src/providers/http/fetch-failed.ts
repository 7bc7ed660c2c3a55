import { ProxyError } from "./proxy-error.js";

/**
 * Returns the error of a fetch without an answer. Like the built-in fetch it is a `TypeError`, and
 * its cause has the reason in its message and `code` (`ECONNREFUSED`, `ENOTFOUND`,
 * `CERT_HAS_EXPIRED` …).
 */
export function fetchFailed(error: unknown, url: URL): TypeError {
  // The built-in fetch has already wrapped the error.
  const inner = error instanceof TypeError && error.cause instanceof Error ? error.cause : error;
  return new TypeError("fetch failed", { cause: worded(inner, url) });
}

const tooSlow: ReadonlySet<string> = new Set(["UND_ERR_CONNECT_TIMEOUT", "ETIMEDOUT"]);

/** Codes for a certificate that was signed by an untrusted authority. */
const untrusted: ReadonlySet<string> = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

function worded(error: unknown, url: URL): unknown {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (!(error instanceof Error) || typeof code !== "string") return error;
  // The vendors' clients mistake a cause whose message mentions a timeout for their own timeout,
  // and drop it.
  if (tooSlow.has(code)) return withCode(`no connection to ${url.host} came about in time`, code);
  if (!untrusted.has(code)) return error;
  const hint =
    "If your network or this server has a certificate authority of its own, name its PEM file in NODE_EXTRA_CA_CERTS or SSL_CERT_FILE.";
  const what =
    error instanceof ProxyError
      ? error.message
      : `the certificate of ${url.host} is not trusted (${error.message})`;
  return withCode(`${what}. ${hint}`, code);
}

function withCode(message: string, code: string): Error {
  return Object.assign(new Error(message), { code });
}
