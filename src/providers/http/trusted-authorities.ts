import { readFileSync } from "node:fs";
import { createSecureContext, rootCertificates } from "node:tls";
import type { SecureContext } from "node:tls";
import { oneForEach } from "../registry/one-for-each.js";

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Returns the certificate authorities for calls: Node's own, and those in the files of
 * `NODE_EXTRA_CA_CERTS` and `SSL_CERT_FILE`. Returns `undefined` if Node's own suffice; Node reads
 * the first variable only at its start. All adapters share one context, because creating one blocks
 * the process for 150 ms.
 */
export function trustedAuthorities(env: Variables): SecureContext | undefined {
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

/**
 * Returns the certificates of a file. As in OpenSSL and Node, a file that is unreadable or has no
 * certificate adds nothing.
 */
function certificatesIn(path: string | undefined): string | undefined {
  if (path === undefined || path === "") return undefined;
  try {
    const text = readFileSync(path, "utf8");
    return text.includes("-----BEGIN") ? text : undefined;
  } catch {
    return undefined;
  }
}
