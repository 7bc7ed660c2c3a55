/**
 * What the local server is told beside its flags. A deleted history goes once the queues have noted how far they are; they
 * do so every 30 s by default, which deletes one history in some 15 s, and a run ends many more pages than that.
 */
const dynamicConfig = {
  "history.transferProcessorUpdateAckInterval": "1s",
  "history.visibilityProcessorUpdateAckInterval": "1s",
} as const;

/** Flags of `temporal server start-dev`. */
export function dynamicConfigFlags(more: Readonly<Record<string, unknown>> = {}): string[] {
  return Object.entries({ ...dynamicConfig, ...more }).flatMap(([key, value]) => [
    "--dynamic-config-value",
    `${key}=${JSON.stringify(value)}`,
  ]);
}
