/** One call of an adapter to a server of the test's own, which is closed with the test. */
import { inspect } from "node:util";
import { afterEach, expect } from "vitest";
import { ProviderError } from "../../../src/providers/provider.js";
import type { Provider, ProviderCall } from "../../../src/providers/provider.js";
import { startVendorServer } from "../../helpers/vendor-server.js";
import type { PlannedReply, Reply, VendorServer } from "../../helpers/vendor-server.js";
import type { AdapterUnderTest } from "./adapter-under-test.js";
import { canary } from "./failure-rows.js";

let server: VendorServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

export async function start(reply: Reply | PlannedReply): Promise<VendorServer> {
  server = await startVendorServer(typeof reply === "function" ? reply : () => reply);
  return server;
}

export function callOf(
  { record, environment }: AdapterUnderTest,
  { origin }: VendorServer,
  changes: Partial<ProviderCall> = {},
): ProviderCall {
  return {
    record,
    environment: environment(origin, canary),
    turn: 0,
    answers: [],
    mediaFolder: "/nonexistent",
    attempt: 1,
    signal: new AbortController().signal,
    ...changes,
  };
}

export async function failureOf(provider: Provider, call: ProviderCall): Promise<ProviderError> {
  const thrown: unknown = await provider.send(call).catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(ProviderError);
  // Asserted on the line above.
  return thrown as ProviderError;
}

/** All that a log could come to show of a value. */
export function shown(value: unknown): string {
  const stack = value instanceof Error ? value.stack : "";
  return [stack, JSON.stringify(value), inspect(value, { depth: 20, showHidden: true })].join();
}
