import { readFileSync } from "node:fs";
import { createSecureContext, rootCertificates } from "node:tls";
import type { SecureContext } from "node:tls";
import { oneForEach } from "../registry/one-for-each.js";

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Certificate authorities that calls trust: Node's own, and those in the files of `NODE_EXTRA_CA_CERTS` and
 * `SSL_CERT_FILE`. Node reads the first variable alone, once at its start; `undefined` where that is enough. One context
 * serves all connections of all adapters, since making one stops the process for 150 ms.
 */
export function createTrust(env: Variables): SecureContext | undefined {
  const own = certificatesIn(env["SSL_CERT_FILE"]);
  if (own === undefined) return undefined;
  return contextOf({ own, extra: certificatesIn(env["NODE_EXTRA_CA_CERTS"]) });
}

interface Certificates {
  readonly own: string;
  readonly extra: string | undefined;
}

const contextOf = oneForEach(({ own, extra }: Certificates) =>
  createSecureContext({ ca: [...rootCertificates, own, ...(extra === undefined ? [] : [extra])] }),
);

/** A file that can't be read, or holds no certificate, adds nothing, as with OpenSSL and Node. */
function certificatesIn(path: string | undefined): string | undefined {
  if (path === undefined || path === "") return undefined;
  try {
    const text = readFileSync(path, "utf8");
    return text.includes("-----BEGIN") ? text : undefined;
  } catch {
    return undefined;
  }
}
