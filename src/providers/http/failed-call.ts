import { defined } from "../../domain/defined.js";
import { endedBySignal } from "./ended-by-signal.js";
import { rootCode, rootMessage } from "./http-facts.js";
import { ProviderError } from "../provider.js";
import { redactFailure } from "./redact-failure.js";

/** A call that threw. */
export interface FailedCall {
  readonly signal: AbortSignal;
  /** Where it went. */
  readonly address: string;
  readonly secrets: readonly string[];
  /** What an error of the call's own client tells: nothing where it is none of the client's, and so a bug. */
  readonly read: (error: unknown) => ProviderError | "connection" | undefined;
}

/** Whatever a call threw, as facts. The original is not kept as a cause: it may quote the key. */
export function failureOfCall(error: unknown, call: FailedCall): ProviderError {
  return redactFailure(withHost(describe(error, call), call.address), call.secrets);
}

/** An outage is of a host: several models may share one, and a model may have one of its own. */
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

/** Vendors' clients wrap what their fetch throws. */
function providerErrorIn(error: unknown): ProviderError | undefined {
  if (error instanceof ProviderError) return error;
  return error instanceof Error ? providerErrorIn(error.cause) : undefined;
}
