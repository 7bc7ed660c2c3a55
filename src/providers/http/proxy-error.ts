import { proxyCodes } from "../../domain/failure/proxy-codes.js";
import { isLastingTlsError } from "../../domain/failure/lasting-tls-error.js";
import { rootCode, rootMessage } from "./http-facts.js";

/** A proxy of the environment. */
export interface Proxy {
  /** Host and port, without credentials. */
  readonly host: string;
  /** The variable that names the proxy, e.g. `HTTPS_PROXY`. */
  readonly variable: string;
}

/** An error between this machine and its proxy. `message` never contains the credentials. */
export class ProxyError extends Error {
  override readonly name = "ProxyError";
  readonly code: string;
  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }
}

const closed: ReadonlySet<string> = new Set(["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"]);

const tooSlow: ReadonlySet<string> = new Set([
  "ETIMEDOUT",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_HEADERS_TIMEOUT",
]);

/**
 * Returns the error of a proxy that did not answer. It has a code of its own, because undici
 * repeats a connection without end after `UND_ERR_SOCKET`.
 */
export function proxyFailure(error: unknown, proxy: Proxy): ProxyError {
  const code = rootCode(error) ?? "";
  if (isLastingTlsError(code)) {
    const message = `no TLS connection to the proxy ${proxy.host}: ${rootMessage(error)}`;
    return new ProxyError(message, code);
  }
  const away = (how: string): ProxyError =>
    new ProxyError(`the proxy ${proxy.host} ${how}`, proxyCodes.away);
  if (closed.has(code)) return away("closed the connection");
  // The vendors' clients mistake a message that mentions a timeout for their own timeout.
  if (tooSlow.has(code)) return away("did not answer in time");
  return away(`is not available: ${rootMessage(error)}`);
}

/**
 * Returns the error of a proxy that answered CONNECT with another status than 200.
 * @param target host and port of the API
 */
export function proxyRefusal(status: number, target: string, proxy: Proxy): ProxyError {
  const refused = `the proxy ${proxy.host} refused the connection to ${target} with status ${status}`;
  switch (status) {
    case 401:
    case 407:
      return new ProxyError(
        `${refused}. Correct the user name and password in ${proxy.variable} (http://user:password@host:port) in the shell that starts the worker.`,
        proxyCodes.refused,
      );
    case 403:
      return new ProxyError(
        `${refused}. Ask the proxy's operator to allow this address, or correct ${proxy.variable} or NO_PROXY in the shell that starts the worker.`,
        proxyCodes.refused,
      );
    default:
      return new ProxyError(
        `the proxy ${proxy.host} could not connect to ${target}: status ${status}`,
        proxyCodes.away,
      );
  }
}
