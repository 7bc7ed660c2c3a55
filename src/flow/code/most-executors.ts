/** Memory that an executor with a user's libraries may need before it runs a line. */
const bytesOfOne = 128 * 2 ** 20;
/** Used if the machine has fewer cores, because code also waits for files and networks. */
const fewestCores = 4;

export interface Machine {
  readonly cores: number;
  /** Memory that processes may still take. */
  readonly freeBytes: number;
}

/**
 * The number of executors of one run in a worker process: at most one for each line under way, one
 * for each core, and as many as the memory allows. A line that waits for an answer takes no core.
 */
export function mostExecutors(workers: number, { cores, freeBytes }: Machine): number {
  const byMemory = Math.floor(freeBytes / bytesOfOne);
  return Math.max(1, Math.min(workers, Math.max(fewestCores, cores), byMemory));
}
