/**
 * Codes of TLS errors that no retry fixes: a certificate that is untrusted, expired or for another
 * name, or no common TLS version. The names are OpenSSL's verification results (`X509_V_ERR_…`) and
 * Node's own codes (`ERR_TLS_…`, `ERR_SSL_…`).
 */
const certificate = /^(CERT_|CRL_|UNABLE_TO_|ERROR_IN_(CERT|CRL)_|ERR_TLS_CERT_)/;

const others: ReadonlySet<string> = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "HOSTNAME_MISMATCH",
  "INVALID_CA",
  "INVALID_PURPOSE",
  "PATH_LENGTH_EXCEEDED",
  // The server does not use TLS: the address has https but needs http.
  "ERR_SSL_WRONG_VERSION_NUMBER",
  "ERR_SSL_PACKET_LENGTH_TOO_LONG",
  "ERR_SSL_HTTP_REQUEST",
  "ERR_SSL_UNSUPPORTED_PROTOCOL",
  "ERR_SSL_NO_PROTOCOLS_AVAILABLE",
  "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION",
]);

export function isLastingTlsError(code: string): boolean {
  return certificate.test(code) || others.has(code);
}
