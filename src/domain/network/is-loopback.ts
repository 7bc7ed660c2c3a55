/**
 * True if a host is this machine: `localhost`, a name below it, `127.0.0.0/8` or `::1`. A proxy
 * cannot forward such calls, because it would call itself.
 * @param host a name or an address, with or without IPv6 brackets and a trailing dot
 */
export function isLoopback(host: string): boolean {
  const plain = host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, "$1")
    .replace(/\.$/, "");
  return (
    plain === "localhost" ||
    plain.endsWith(".localhost") ||
    /^(::ffff:)?127(\.\d{1,3}){3}$/.test(plain) ||
    /^(0{0,4}:){1,7}0{0,3}1$/.test(plain)
  );
}

/** Returns the host of `host:port` or `[address]:port`. The port may be missing. */
export function hostOf(address: string): string {
  const bracketed = /^\[[^\]]*\]/.exec(address);
  if (bracketed) return bracketed[0];
  const parts = address.split(":");
  // An address with several colons is IPv6 without brackets, and has no port.
  return parts.length === 2 ? (parts[0] ?? "") : address;
}
