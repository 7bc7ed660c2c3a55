import { readFileSync } from "node:fs";
import { createSecureContext, rootCertificates } from "node:tls";
import type { SecureContext } from "node:tls";
import { errorText } from "../../domain/failure/error-text.js";
import { oneForEach } from "../registry/one-for-each.js";

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Returns the certificate authorities for calls: Node's own, and those in the files of
 * `NODE_EXTRA_CA_CERTS` and `SSL_CERT_FILE`. Returns `undefined` if Node's own suffice; Node reads
 * the first variable only at its start. All adapters share one context, because creating one blocks
 * the process for 150 ms. Throws an error with a code if `SSL_CERT_FILE` has no certificate.
 */
export function trustedAuthorities(env: Variables): SecureContext | undefined {
  const own = ownCertificates(env);
  if (own === undefined) return undefined;
  return contextOf({ own, extra: extraCertificates(env) });
}

interface Certificates {
  readonly own: string;
  readonly extra: string | undefined;
}

const contextOf = oneForEach(({ own, extra }: Certificates) =>
  createSecureContext({ ca: [...rootCertificates, own, ...(extra === undefined ? [] : [extra])] }),
);

/** Code of an unusable `SSL_CERT_FILE`. No retry fixes it, as with an untrusted certificate. */
const unusableFile = "CERT_FILE_UNUSABLE";

function ownCertificates(env: Variables): string | undefined {
  const path = env["SSL_CERT_FILE"];
  if (path === undefined || path === "") return undefined;
  const { text, problem } = readCertificates(path);
  if (problem === undefined) return text;
  const message =
    `expected SSL_CERT_FILE to name a PEM file with certificates, got ${JSON.stringify(path)}: ${problem}. ` +
    "Correct or unset SSL_CERT_FILE in the shell that starts the worker.";
  throw Object.assign(new Error(message), { code: unusableFile });
}

/**
 * Returns the certificates of `NODE_EXTRA_CA_CERTS`. Node itself warns at its start if the file is
 * unreadable.
 */
function extraCertificates(env: Variables): string | undefined {
  const path = env["NODE_EXTRA_CA_CERTS"];
  return path === undefined || path === "" ? undefined : readCertificates(path).text;
}

function readCertificates(path: string): { readonly text?: string; readonly problem?: string } {
  try {
    const text = readFileSync(path, "utf8");
    return text.includes("-----BEGIN") ? { text } : { problem: "the file has no certificate" };
  } catch (error) {
    return { problem: errorText(error) };
  }
}
