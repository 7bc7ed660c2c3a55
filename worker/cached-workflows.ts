/** Part of the heap in MiB that other objects need. Temporal's SDK assumes the same. */
const othersMebibytes = 200;
const workflowsAMebibyte = 2;

/**
 * Returns the number of workflows that a worker keeps in memory. Each further one is replayed from
 * its history at every step, which costs worker and server several times as much.
 *
 * An open group of an experiment has three workflows. With their activities they take about 0.7 MB,
 * because all workflows share the evaluated modules. The SDK's default assumes 1.7 MiB for one.
 *
 * @param heapLimitBytes size to which V8's heap may grow
 */
export function cachedWorkflows(heapLimitBytes: number): number {
  const mebibytes = Math.max(0, heapLimitBytes / 2 ** 20 - othersMebibytes);
  return Math.max(10, Math.floor(mebibytes * workflowsAMebibyte));
}
