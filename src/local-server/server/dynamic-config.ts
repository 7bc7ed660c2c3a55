/**
 * Settings of the local server in addition to its flags.
 *
 * A history is deleted once the queues have recorded their progress. By default they do so every 30
 * s, which allows about one deletion in 15 s. A run ends many more pages than that.
 *
 * A task waits for a poller of its partition. With the default of four partitions, the first task
 * of a worker that has just started often waits for 2 s. One partition carries some hundred tasks a
 * second, which is more than the local server does. The other three are still read, because a
 * server of an earlier version may have left tasks there.
 */
const dynamicConfig = {
  "history.transferProcessorUpdateAckInterval": "1s",
  "history.visibilityProcessorUpdateAckInterval": "1s",
  "matching.numTaskqueueWritePartitions": 1,
} as const;

/** Returns flags of `temporal server start-dev`. */
export function dynamicConfigFlags(more: Readonly<Record<string, unknown>> = {}): string[] {
  return Object.entries({ ...dynamicConfig, ...more }).flatMap(([key, value]) => [
    "--dynamic-config-value",
    `${key}=${JSON.stringify(value)}`,
  ]);
}
