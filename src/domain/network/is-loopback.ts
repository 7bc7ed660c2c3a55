/**
 * True if a host is the loopback interface: `localhost`, a name below it, `127.0.0.0/8` or `::1`.
 * @param host a name or an address, with or without IPv6 brackets and a trailing dot
 */
export function isLoopback(host: string): boolean {
  const plain = plainHost(host);
  return (
    plain === "localhost" ||
    plain.endsWith(".localhost") ||
    /^(::ffff:)?127(\.\d{1,3}){3}$/.test(plain) ||
    // `URL` writes ::ffff:127.0.0.1 as ::ffff:7f00:1.
    /^::ffff:7f[\da-f]{2}:[\da-f]{1,4}$/.test(plain) ||
    /^(0{0,4}:){1,7}0{0,3}1$/.test(plain)
  );
}

/**
 * True if a call to a host goes to this machine: the loopback interface, or the unspecified address
 * (`0.0.0.0`, `::`), which some servers print as their own. A proxy cannot forward such a call,
 * because it would call itself.
 */
export function isThisMachine(host: string): boolean {
  return isLoopback(host) || unspecified.test(plainHost(host));
}

/** `0.0.0.0` and `::`. `URL` writes ::ffff:0.0.0.0 as ::ffff:0:0. */
const unspecified = /^((::ffff:)?0\.0\.0\.0|::|::ffff:0:0|(0{1,4}:){7}0{1,4})$/;

function plainHost(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, "$1")
    .replace(/\.$/, "");
}

/** Returns the host of `host:port` or `[address]:port`. The port may be missing. */
export function hostOf(address: string): string {
  const bracketed = /^\[[^\]]*\]/.exec(address);
  if (bracketed) return bracketed[0];
  const parts = address.split(":");
  // An address with several colons is IPv6 without brackets, and has no port.
  return parts.length === 2 ? (parts[0] ?? "") : address;
}
