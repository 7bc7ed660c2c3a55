import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/**
 * Collects garbage once, where much of it is left and little new one follows. V8 would keep what a
 * plan of a large file leaves, some 50 MB, for as long as the command follows the run.
 */
export function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  // With the flag, each new context has this function. Node.js gives no other way to it.
  const collect = runInNewContext("gc") as () => void;
  collect();
}
