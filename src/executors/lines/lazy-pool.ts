import type { ExecutorPool } from "./executor.js";

/** Returns a pool that is made at its first use. If it cannot be made, there is nothing to end. */
export function lazyPool(make: () => Promise<ExecutorPool>): ExecutorPool {
  let made: Promise<ExecutorPool> | undefined;
  const pool = async (): Promise<ExecutorPool> => {
    made ??= make();
    return made;
  };
  return {
    start: async () => (await pool()).start(),
    run: async (...task) => (await pool()).run(...task),
    aggregate: async (...task) => (await pool()).aggregate(...task),
    end: async () => {
      const ended = await made?.catch(() => undefined);
      await ended?.end();
    },
  };
}
