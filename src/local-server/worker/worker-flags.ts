/**
 * Node.js flags for a worker's process. Temporal's SDK keeps an activity's context in
 * `AsyncLocalStorage`, which up to Node 23 costs a hook at every promise. Node 22.7 and later has a
 * flag that avoids the hooks, as Node 24 does by default.
 *
 * @param version version of Node.js, e.g. `22.23.1`
 */
export function workerFlags(version: string): readonly string[] {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isOptIn = (major === 22 && minor >= 7) || major === 23;
  return isOptIn ? ["--experimental-async-context-frame"] : [];
}
