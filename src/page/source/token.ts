const key = "ostinato-token";

/**
 * Returns the token from the address that the command printed. It moves the token from the address
 * bar to the browser's storage. Other tabs of the page find it there, and a copied link does not
 * contain it.
 */
export function takeToken(): string | undefined {
  const given = new URLSearchParams(location.hash.replace(/^#/, "")).get("token");
  if (given === null) return localStorage.getItem(key) ?? undefined;
  localStorage.setItem(key, given);
  history.replaceState(null, "", location.pathname);
  return given;
}
