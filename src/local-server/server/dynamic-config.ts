/**
 * Settings of the local server in addition to its flags. A history is deleted once the queues have
 * recorded their progress. By default they do so every 30 s, which allows about one deletion in 15
 * s. A run ends many more pages than that.
 */
const dynamicConfig = {
  "history.transferProcessorUpdateAckInterval": "1s",
  "history.visibilityProcessorUpdateAckInterval": "1s",
} as const;

/** Returns flags of `temporal server start-dev`. */
export function dynamicConfigFlags(more: Readonly<Record<string, unknown>> = {}): string[] {
  return Object.entries({ ...dynamicConfig, ...more }).flatMap(([key, value]) => [
    "--dynamic-config-value",
    `${key}=${JSON.stringify(value)}`,
  ]);
}
