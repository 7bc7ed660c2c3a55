import type { ConnectionOptions } from "@temporalio/client";
import { hostOf, isLoopback } from "../../domain/network/is-loopback.js";

/**
 * Settings of the gRPC library. A server that returns is noticed soon: the library's own waits grow to two minutes. A
 * server on this machine is never called through the proxy of `https_proxy` or `http_proxy`, which the library reads.
 */
export function channelArgsFor(address: string): NonNullable<ConnectionOptions["channelArgs"]> {
  return {
    "grpc.initial_reconnect_backoff_ms": 200,
    "grpc.max_reconnect_backoff_ms": 1_000,
    ...(isLoopback(hostOf(address)) && { "grpc.enable_http_proxy": 0 }),
  };
}
