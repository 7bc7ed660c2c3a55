import { connect, createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const connectTimeoutMs = 1_000;
/** Time in ms between two looks at a port. */
const lookMs = 250;

export const loopback = "127.0.0.1";

/** True if a process accepts connections on this port of this machine. */
export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: loopback, port });
    const settle = (listening: boolean): void => {
      socket.destroy();
      resolve(listening);
    };
    socket.setTimeout(connectTimeoutMs, () => {
      settle(false);
    });
    socket.on("connect", () => {
      settle(true);
    });
    socket.on("error", () => {
      settle(false);
    });
  });
}

/**
 * Waits at most `ms`. Returns early once no process accepts connections on the port, or when the
 * signal fires.
 */
export async function untilClosed(port: number, ms: number, signal: AbortSignal): Promise<void> {
  const end = performance.now() + ms;
  while (!signal.aborted && performance.now() < end && (await isListening(port)))
    await sleep(Math.min(lookMs, end - performance.now()), undefined, { signal }).catch(
      () => undefined,
    );
}

/** Returns `wanted` if it is free, otherwise a port from the system. */
export async function usablePort(wanted: number): Promise<number> {
  return (await tryPort(wanted)) ?? (await tryPort(0)) ?? wanted;
}

function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.on("error", () => {
      resolve(undefined);
    });
    server.listen({ port, host: loopback }, () => {
      // A server that listens on a port has an address.
      const { port: taken } = server.address() as AddressInfo;
      server.close(() => {
        resolve(taken);
      });
    });
  });
}
