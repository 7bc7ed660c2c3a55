import { isLoopback } from "../../domain/network/is-loopback.js";
import { createHash, timingSafeEqual } from "node:crypto";
import { isIP } from "node:net";
import { hostname } from "node:os";

/** Parts of a request that decide whether it is accepted. */
export interface GuardedRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface GuardOptions {
  readonly token: string;
  /** Address on which the server listens, as the user gave it. */
  readonly host: string;
}

/** Reason why a request is refused, with the HTTP status. */
export interface Refusal {
  readonly status: 401 | 403 | 415 | 421;
  readonly message: string;
}

/**
 * Refuses requests from other web sites. The name in `Host` must be an address or a name of this
 * machine. This excludes sites that have pointed their own name to this machine (DNS rebinding).
 * `Origin` must be this page.
 */
export function refuseStranger(
  { headers }: GuardedRequest,
  { host }: Pick<GuardOptions, "host">,
): Refusal | undefined {
  const named = textOf(headers["host"]);
  if (!isOwnName(named, host)) {
    return {
      status: 421,
      message: `This server does not answer for the host ${JSON.stringify(named)}. Open the address that \`ostinato view\` has printed.`,
    };
  }
  const origin = headers["origin"];
  const site = headers["sec-fetch-site"];
  const isForeign = origin !== undefined && origin !== `http://${named}`;
  const isCrossSite = site !== undefined && site !== "same-origin" && site !== "none";
  if (!isForeign && !isCrossSite) return undefined;
  return { status: 403, message: "Another site may not ask this server." };
}

/** Refuses a request that reads data or steers a run without the token. */
export function refuseWithoutToken(
  { method, headers }: GuardedRequest,
  { token }: Pick<GuardOptions, "token">,
): Refusal | undefined {
  const [, given = ""] = /^Bearer (.+)$/.exec(textOf(headers["authorization"])) ?? [];
  if (!isSame(given, token)) {
    return {
      status: 401,
      message:
        "The token is missing or wrong. Open the address that `ostinato view` has printed; each start has a new one.",
    };
  }
  const type = textOf(headers["content-type"]).split(";")[0];
  if (method !== "POST" || type === "application/json") return undefined;
  return { status: 415, message: "Expected a body of application/json." };
}

function isOwnName(given: string, host: string): boolean {
  const [, name = ""] = /^(.+?)(?::\d+)?$/.exec(given) ?? [];
  const bare = name.replace(/^\[(.*)\]$/, "$1").toLowerCase();
  // A name of another owner can point to this machine. An address cannot.
  if (isIP(bare) !== 0) return true;
  const own = ["localhost", host.toLowerCase()];
  return own.includes(bare) || (!isLoopback(host) && bare === hostname().toLowerCase());
}

function isSame(given: string, token: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}

function textOf(header: string | string[] | undefined): string {
  return typeof header === "string" ? header : "";
}
