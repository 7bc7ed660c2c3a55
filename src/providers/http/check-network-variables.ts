import { readProxySettings } from "./proxy-settings.js";
import { ownCertificates } from "./trusted-authorities.js";

/**
 * Throws a `UserError` if a variable for proxies or certificates has an unusable value. A worker
 * calls it at its start, because every call of a later experiment would fail.
 */
export function checkNetworkVariables(env: Readonly<Record<string, string | undefined>>): void {
  readProxySettings(env);
  ownCertificates(env);
}
