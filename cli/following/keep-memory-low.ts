import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/**
 * Collects the garbage that a plan of a large file leaves, some 30 MB, and lets less pile up from now
 * on. A command that only follows a run makes little garbage, so V8 would seldom collect it.
 */
export function keepMemoryLow(): void {
  setFlagsFromString("--optimize-for-size");
  setFlagsFromString("--expose-gc");
  // With the second flag, each new context has this function. Node.js gives no other way to it.
  const collect = runInNewContext("gc") as () => void;
  collect();
}
