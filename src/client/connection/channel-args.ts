import type { ConnectionOptions } from "@temporalio/client";
import { hostOf, isThisMachine } from "../../domain/network/is-loopback.js";

/**
 * Settings of the gRPC library. They shorten its reconnect delay, which grows to two minutes by
 * default. A server on this machine is never called through `https_proxy` or `http_proxy`, which
 * the library reads.
 */
export function channelArgsFor(address: string): NonNullable<ConnectionOptions["channelArgs"]> {
  return {
    "grpc.initial_reconnect_backoff_ms": 200,
    "grpc.max_reconnect_backoff_ms": 1_000,
    ...(isThisMachine(hostOf(address)) && { "grpc.enable_http_proxy": 0 }),
  };
}
