/**
 * Codes of a `connection` failure between this machine and its HTTP proxy. The call never reached
 * the API.
 */
export const proxyCodes = {
  /**
   * The proxy wants other credentials or forbids the address, or its own address is unusable. No
   * retry fixes it.
   */
  refused: "PROXY_REFUSED",
  /** The proxy is not available, or cannot reach the API. */
  away: "PROXY_AWAY",
} as const;
