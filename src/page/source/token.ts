const key = "ostinato-token";

/**
 * The token from the address that the command printed. It moves from the address bar to the
 * browser's storage, where other tabs of this page find it and a copied link does not have it.
 */
export function takeToken(): string | undefined {
  const given = new URLSearchParams(location.hash.replace(/^#/, "")).get("token");
  if (given === null) return localStorage.getItem(key) ?? undefined;
  localStorage.setItem(key, given);
  history.replaceState(null, "", location.pathname);
  return given;
}
