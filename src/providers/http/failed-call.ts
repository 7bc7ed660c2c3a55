import { defined } from "../../domain/defined.js";
import { endedBySignal } from "./ended-by-signal.js";
import { rootCode, rootMessage } from "./http-facts.js";
import { ProviderError } from "../provider.js";
import { redactFailure } from "./redact-failure.js";

/** A call that threw an error. */
export interface FailedCall {
  readonly signal: AbortSignal;
  /** The address of the call. */
  readonly address: string;
  readonly secrets: readonly string[];
  /**
   * Reads an error of the call's client. Returns `undefined` for all other errors, which are bugs.
   */
  readonly read: (error: unknown) => ProviderError | "connection" | undefined;
}

/**
 * Converts an error of a call to facts. The original is not kept as a cause, because it may quote
 * the key.
 */
export function failureOfCall(error: unknown, call: FailedCall): ProviderError {
  return redactFailure(withHost(describe(error, call), call.address), call.secrets);
}

/**
 * Adds the host, because an outage affects a host. Several models may share a host, and a model may
 * have its own.
 */
function withHost({ message, facts }: ProviderError, address: string): ProviderError {
  const isOfHost = facts.kind === "status" || facts.kind === "connection";
  const host = URL.canParse(address) ? new URL(address).host : undefined;
  return new ProviderError(message, {
    ...facts,
    ...(isOfHost && host !== undefined && { host }),
  });
}

function describe(error: unknown, { signal, address, read }: FailedCall): ProviderError {
  const known = providerErrorIn(error);
  if (known) return known;
  if (signal.aborted) return endedBySignal(signal);
  const told = read(error);
  if (told === "connection") {
    const code = rootCode(error);
    return new ProviderError(`No answer from ${address}: ${rootMessage(error)}`, {
      kind: "connection",
      ...defined({ code }),
    });
  }
  return told ?? new ProviderError(rootMessage(error), { kind: "internal" });
}

/** Returns the error inside the wrappers. Vendors' clients wrap the errors of their fetch. */
function providerErrorIn(error: unknown): ProviderError | undefined {
  if (error instanceof ProviderError) return error;
  return error instanceof Error ? providerErrorIn(error.cause) : undefined;
}
