/**
 * Distinguishes a 403 for the account (key, permission, billing) from a 403 for one prompt. Only
 * the first kind blocks the whole `<api>/<model>`. A firewall's page or moderation refuses one
 * prompt; other prompts may pass.
 */
export type Meaning403 = "account" | "content" | "unclear";

/** Codes for problems of the account, in lower case, from Google, OpenAI and others. */
const accountCodes =
  /permission|billing|quota|credit|api_?key|auth|country|region|location|consumer|service_disabled|account|access/;

/** Words in APIs' messages that refuse a prompt. */
const contentWords =
  /moderation|flagged|content[ _-]?(policy|filter|safety)|usage polic(y|ies)|harmful|unsafe/i;

const accountWords =
  /\b(api[ _-]?keys?|keys?|permissions?|billing|credits?|quota|payment|subscription|balance|account|organi[sz]ation|project|workspace|authenticat\w*|authori[sz]\w*|credentials?|scopes?|country|region|territory|not allowed to sample|does not have access|do(es)?n'?t have access|access denied due to|suspended|deactivated|terms of (service|use)|gated|license)\b/i;

const htmlPage = /<(!doctype|html|head|body|title)\b/i;

/** @param code the API's own code, if any */
export function meaningOf403(message: string, code?: string): Meaning403 {
  // A firewall's page mentions accounts and access for many reasons.
  if (htmlPage.test(message)) return "unclear";
  if (contentWords.test(message)) return "content";
  if (code !== undefined && accountCodes.test(code.toLowerCase())) return "account";
  return accountWords.test(message) ? "account" : "unclear";
}
