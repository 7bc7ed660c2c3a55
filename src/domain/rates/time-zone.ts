/**
 * Returns the IANA name of a time zone in the system's spelling, or `undefined` for an unknown
 * zone.
 */
export function timeZoneNamed(name: string): string | undefined {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}
