/** Memory in bytes that an executor with a user's libraries may need before it runs a line. */
const bytesOfOne = 128 * 2 ** 20;
/**
 * Assumed number of cores if the machine has fewer, because code also waits for files and networks.
 */
const fewestCores = 4;

export interface Machine {
  readonly cores: number;
  /** Free memory in bytes. */
  readonly freeBytes: number;
}

/**
 * Returns the maximum number of executors of a run in a worker process: at most one per line in
 * progress and one per core, and as many as fit into the memory. A line that waits for an answer
 * needs no core.
 */
export function mostExecutors(workers: number, { cores, freeBytes }: Machine): number {
  const byMemory = Math.floor(freeBytes / bytesOfOne);
  return Math.max(1, Math.min(workers, Math.max(fewestCores, cores), byMemory));
}
